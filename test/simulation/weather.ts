// What may go wrong in a simulated world, each as a share of 1.

/** The chances, by call, message or turn. All may be changed while the world runs. */
export type Weather = {
  /** A full queue refuses a message; no queue takes it. */
  nacked: number;
  returned: number;
  /** A statement's connection is lost before it ran; a commit's, before or after it. `leftOpen`: the server does not notice at once. */
  statementLost: number;
  commitLostBefore: number;
  commitLostAfter: number;
  leftOpen: number;
  /** A handler throws; a dead letter's confirm is lost. */
  handlerFails: number;
  /** An event that a consumer can't digest, as long as this is more than 0: it is given up. */
  poison: number;
  /** Each turn: a process dies and starts again, stops for a while, loses its connection to the broker; the clock jumps. */
  death: number;
  stop: number;
  cut: number;
  clockJump: number;
  /** Each turn: an operator redrives, pauses, replays or rebuilds. */
  operate: number;
  /** A writer's transaction is rolled back; stays open for seconds. */
  writerAborts: number;
  writerLate: number;
};

/** Nothing goes wrong. */
export const calm: Weather = {
  nacked: 0,
  returned: 0,
  statementLost: 0,
  commitLostBefore: 0,
  commitLostAfter: 0,
  leftOpen: 0,
  handlerFails: 0,
  poison: 0,
  death: 0,
  stop: 0,
  cut: 0,
  clockJump: 0,
  operate: 0,
  writerAborts: 0,
  writerLate: 0,
};
