export interface PlotBar {
  readonly label: string;
  readonly value: number;
  /** Ours stand out. */
  readonly ours: boolean;
}

export interface BarPlot {
  readonly title: string;
  readonly bars: readonly PlotBar[];
  readonly digits: number;
}

const barWidth = 380;

/** Horizontal bars with their values, as SVG. */
export function barPlot({ title, bars, digits }: BarPlot): string {
  const longest = Math.max(...bars.map((bar) => bar.value));
  const left = 20 + 7 * Math.max(...bars.map((bar) => bar.label.length));
  const rows = bars.map(({ label, value, ours }, i) => {
    const y = 34 + i * 22;
    const fill = ours ? '#2563a8' : '#9aa5b1';
    const width = (value / longest) * barWidth;
    return `<text x="${left}" y="${y + 12}" text-anchor="end">${label}</text><rect x="${left + 8}" y="${y}" width="${width.toFixed(1)}" height="16" fill="${fill}"/><text x="${(left + 14 + width).toFixed(1)}" y="${y + 12}">${value.toFixed(digits)}</text>`;
  });
  const height = 46 + bars.length * 22;
  const width = left + barWidth + 80;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12"><rect width="${width}" height="${height}" fill="#fff"/><text x="12" y="20" font-size="14">${title}</text>${rows.join('')}</svg>\n`;
}
