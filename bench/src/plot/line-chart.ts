/** A line of a chart, through its points in their order. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line to compare with. */
  readonly isGuide?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** Lines across, at moments that need a name. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
}

const width = 860;
const height = 480;
const frame = { left: 72, right: 24, top: 56, bottom: 96 };
/** Told apart without red and green (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#000000'];

/** Draws lines over two linear axes that begin at 0, as SVG. */
export function lineChart({ title, x, y, series, marks = [] }: Chart): string {
  const xs = series.flatMap(({ points }) => points.map((point) => point[0]));
  const ys = series.flatMap(({ points }) => points.map((point) => point[1]));
  const across = axis(Math.max(0, ...xs));
  const up = axis(Math.max(0, ...ys));
  const [right, bottom] = [width - frame.right, height - frame.bottom];
  const atX = (value: number) => round(frame.left + (value / across.end) * (right - frame.left));
  const atY = (value: number) => round(bottom - (value / up.end) * (bottom - frame.top));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${frame.left}" y="28" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    ...up.ticks.map(
      (tick) =>
        `<path d="M${frame.left} ${atY(tick)}H${right}" stroke="#ddd"/><text x="${frame.left - 8}" y="${atY(tick) + 4}" text-anchor="end">${tick}</text>`,
    ),
    ...across.ticks.map((tick) => `<text x="${atX(tick)}" y="${bottom + 20}" text-anchor="middle">${tick}</text>`),
    `<path d="M${frame.left} ${frame.top}V${bottom}H${right}" fill="none" stroke="#333"/>`,
    `<text x="${(frame.left + right) / 2}" y="${bottom + 42}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(20 ${(frame.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...marks.map(({ x: at }) => `<path d="M${atX(at)} ${frame.top}V${bottom}" stroke="#999" stroke-dasharray="2 4"/>`),
    ...marks.map(
      ({ x: at, name }, index) =>
        `<text x="${atX(at) + 4}" y="${frame.top + 10 + (index % 4) * 13}" font-size="10" fill="#666">${escaped(name)}</text>`,
    ),
    ...series.map((one, index) => lineOf(one, colourOf(one, index), atX, atY)),
    legend(series, bottom + 70),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function lineOf(
  { points, isGuide }: Series,
  colour: string,
  atX: (value: number) => number,
  atY: (value: number) => number,
): string {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${atX(x)} ${atY(y)}`).join('');
  const line = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${isGuide ? 1 : 2}"${isGuide ? ' stroke-dasharray="6 4"' : ''}/>`;
  const hasDots = !isGuide && points.length <= 20;
  return hasDots
    ? line + points.map(([x, y]) => `<circle cx="${atX(x)}" cy="${atY(y)}" r="3.5" fill="${colour}"/>`).join('')
    : line;
}

function legend(series: readonly Series[], y: number): string {
  let x = frame.left;
  const parts = series.map((one, index) => {
    const isNewLine = x + textWidth(one.name) > width - frame.right;
    if (isNewLine) {
      x = frame.left;
      y += 18;
    }
    const colour = colourOf(one, index);
    const text = `<path d="M${x} ${y - 4}h22" stroke="${colour}" stroke-width="2"${one.isGuide ? ' stroke-dasharray="6 4"' : ''}/><text x="${x + 28}" y="${y}">${escaped(one.name)}</text>`;
    x += textWidth(one.name);
    return text;
  });
  return parts.join('\n');
}

/** With its line and the gap behind it, roughly. */
function textWidth(name: string): number {
  return 52 + name.length * 7;
}

function colourOf({ isGuide }: Series, index: number): string {
  return isGuide ? '#777' : (colours[index % colours.length] as string);
}

/** Round numbers from 0 to at least the largest: steps of 1, 2 or 5 times a power of ten. */
function axis(largest: number): { readonly end: number; readonly ticks: readonly number[] } {
  const rough = (largest || 1) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  return {
    end: count * step,
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6))),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
