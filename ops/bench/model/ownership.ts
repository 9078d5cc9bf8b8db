// A simulation of ownership: aggregates fall on 64 partitions by chance, partitions go to processes in fair shares; how much has the busiest process?

/** `skew`: the n-th aggregate has 1/n^skew of the first one's events. */
export type Spread = { readonly aggregates: number; readonly skew: number; readonly processes: number };

const partitions = 64;
const trials = 25;

/** The share of all events that the busiest process gets: the median of 25 trials. */
export function busiestShare(spread: Spread): number {
  const random = randomFrom(7);
  const shares = Array.from({ length: trials }, () => oneTrial(spread, random)).sort((one, other) => one - other);
  return shares[Math.floor(trials / 2)] ?? Number.NaN;
}

function oneTrial({ aggregates, skew, processes }: Spread, random: () => number): number {
  const loads = new Float64Array(partitions);
  let total = 0;
  for (let n = 1; n <= aggregates; n += 1) {
    const weight = n ** -skew;
    const partition = Math.floor(random() * partitions);
    loads[partition] = (loads[partition] ?? 0) + weight;
    total += weight;
  }
  // The product's shares: 64 / processes each, the first 64 % processes one more; which partitions is chance as well.
  let [busiest, next] = [0, 0];
  for (let rank = 0; rank < processes; rank += 1) {
    const share = Math.floor(partitions / processes) + (rank < partitions % processes ? 1 : 0);
    let load = 0;
    for (const end = next + share; next < end; next += 1) load += loads[next] ?? 0;
    busiest = Math.max(busiest, load);
  }
  return busiest / total;
}

/** The same numbers every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
