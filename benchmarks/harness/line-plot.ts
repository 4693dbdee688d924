export interface PlotLine {
  readonly label: string;
  readonly ours: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly PlotLine[];
}

const [panelWidth, panelHeight, left, top, legendWidth] = [330, 260, 46, 40, 190];
const ourColours = ['#0b3d91', '#2563a8', '#4f9bd9', '#7ec4e8'];
const otherColours = ['#b45309', '#9aa5b1', '#6b7280', '#a16207', '#7c3aed', '#be185d'];

/** Panels side by side with logarithmic axes, bytes to the right and microseconds up, and one legend, as SVG. */
export function linePlot(title: string, panels: readonly Panel[]): string {
  const labels = [...new Set(panels.flatMap(({ lines }) => lines.map(({ label }) => label)))];
  const ours = new Set(panels.flatMap(({ lines }) => lines.filter((line) => line.ours).map(({ label }) => label)));
  const colours = new Map<string, string>();
  for (const label of labels) {
    const palette = ours.has(label) ? ourColours : otherColours;
    colours.set(
      label,
      palette[[...colours.keys()].filter((known) => ours.has(known) === ours.has(label)).length % palette.length]!,
    );
  }
  const width = panels.length * panelWidth + legendWidth;
  const height = Math.max(panelHeight + top + 30, 50 + labels.length * 18);
  const legend = labels.map((label, i) => {
    const [x, y] = [panels.length * panelWidth + 10, 50 + i * 18];
    return `<rect x="${x}" y="${y - 5}" width="14" height="4" fill="${colours.get(label)}"/><text x="${x + 20}" y="${y}">${label}</text>`;
  });
  const drawn = panels.map(
    (panel, i) => `<g transform="translate(${i * panelWidth},0)">${drawPanel(panel, colours)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="11"><rect width="${width}" height="${height}" fill="#fff"/><text x="12" y="18" font-size="14">${title}</text>${drawn.join('')}${legend.join('')}</svg>\n`;
}

function drawPanel({ title, lines }: Panel, colours: ReadonlyMap<string, string>): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const across = scale(Math.min(...xs), Math.max(...xs), [left, panelWidth - 14]);
  const up = scale(10 ** Math.floor(Math.log10(Math.min(...ys))), 10 ** Math.ceil(Math.log10(Math.max(...ys))), [
    top + panelHeight - 20,
    top + 10,
  ]);
  const sizes = [...new Set(xs)].map(
    (x) => `<text x="${at(across(x))}" y="${top + panelHeight}" text-anchor="middle">${sizeLabel(x)}</text>`,
  );
  const grid: string[] = [];
  for (
    let y = 10 ** Math.floor(Math.log10(Math.min(...ys)));
    y <= 10 ** Math.ceil(Math.log10(Math.max(...ys))) * 1.01;
    y *= 10
  ) {
    grid.push(
      `<path d="M${left} ${at(up(y))}H${panelWidth - 14}" stroke="#e2e6ea"/><text x="${left - 4}" y="${at(up(y) + 4)}" text-anchor="end">${Number(y.toPrecision(1))}</text>`,
    );
  }
  const curves = lines.map(({ label, points, ours }) => {
    const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${at(across(x))} ${at(up(y))}`).join('');
    return `<path d="${path}" fill="none" stroke="${colours.get(label)}" stroke-width="${ours ? 2.2 : 1.3}"/>`;
  });
  return `<text x="${left}" y="${top - 2}" font-size="12">${title}</text>${grid.join('')}${sizes.join('')}${curves.join('')}`;
}

function scale(low: number, high: number, [from, to]: readonly [number, number]): (value: number) => number {
  const span = Math.log(high) - Math.log(low) || 1;
  return (value) => from + ((Math.log(value) - Math.log(low)) / span) * (to - from);
}

const at = (value: number): string => value.toFixed(1);

function sizeLabel(bytes: number): string {
  if (bytes >= 1_048_576) return `${bytes / 1_048_576}M`;
  return bytes >= 1_024 ? `${bytes / 1_024}K` : String(bytes);
}
