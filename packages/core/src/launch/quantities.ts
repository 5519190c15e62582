/*
 * Readers of the launch file's short forms; `schema/forms.ts` has their patterns. They trust their input: the schema has
 * refused everything else. Decimals are shifted in the text, so that 0.7% is the double nearest to 0.007.
 */

const millisecondsOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const bytesOf: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** `1.5s` -> 1500. */
export function milliseconds(text: string): number {
  const { number, unit } = split(text);
  return (thousandths(number) * (millisecondsOf[unit] as number)) / 1000;
}

/** `50kB` -> 50,000; a fraction of a byte is dropped. */
export function bytes(text: string): number {
  const { number, unit } = split(text);
  return Math.floor((thousandths(number) * (bytesOf[unit] as number)) / 1000);
}

/** `100/s` -> 100 each 1000 ms. */
export function countPerTime(text: string): { readonly count: number; readonly perMs: number } {
  const [count, unit] = text.split('/') as [string, string];
  return { count: Number(count), perMs: millisecondsOf[unit] as number };
}

/** `1%` -> 0.01; a number stays as it is. */
export function share(value: string | number): number {
  return typeof value === 'number' ? value : Number(`${value.slice(0, -1)}e-2`);
}

function split(text: string): { readonly number: string; readonly unit: string } {
  const start = text.search(/[A-Za-z]/);
  return { number: text.slice(0, start), unit: text.slice(start) };
}

/** Three decimals at most are allowed, so this is an integer. */
function thousandths(number: string): number {
  return Number(`${number}e3`);
}
