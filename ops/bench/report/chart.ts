// Bar charts as SVG: readable on light and dark pages, nothing but rectangles and text.
import type { Chart } from './result.ts';

const colours = ['#3b82c4', '#e07b39', '#5a9e6f', '#9b6cb0'];
const [width, labelWidth, valueWidth, barHeight, gap, top] = [900, 350, 70, 13, 9, 64];

/** Draws one. */
export function drawChart({ title, series, rows }: Chart): string {
  const largest = Math.max(...rows.flatMap(({ values }) => values.map((value) => value ?? 0)), 1);
  const scale = (width - labelWidth - valueWidth) / largest;
  const rowHeight = series.length * (barHeight + 2) + gap;
  const height = top + rows.length * rowHeight + 12;
  const bars = rows.flatMap(({ label, values }, row) => {
    const y = top + row * rowHeight;
    return [
      text(labelWidth - 10, y + (rowHeight - gap) / 2 + 4, label, 'end'),
      ...values.flatMap((value, index) => {
        if (value === null) return [];
        const barY = y + index * (barHeight + 2);
        const length = Math.max(1, value * scale);
        return [
          `<rect x="${labelWidth}" y="${barY}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colour(index)}"/>`,
          text(labelWidth + length + 5, barY + 11, value.toLocaleString('en'), 'start'),
        ];
      }),
    ];
  });
  const legend = series.flatMap((name, index) => [
    `<rect x="${labelWidth + index * 130}" y="38" width="12" height="12" fill="${colour(index)}"/>`,
    text(labelWidth + index * 130 + 17, 48, name, 'start'),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="16" font-weight="600" fill="#222222">${escaped(title)}</text>`,
    ...(series.length > 1 ? legend : []),
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

const colour = (index: number): string => colours[index % colours.length] ?? '#888888';

function text(x: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#222222">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
