const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The five fields of cron as POSIX has them, with names of months and days and `/` steps; Sunday is 0 or 7. */
const fields = [
  { name: 'minute', low: 0, high: 59, words: [] },
  { name: 'hour', low: 0, high: 23, words: [] },
  { name: 'day of month', low: 1, high: 31, words: [] },
  { name: 'month', low: 1, high: 12, words: months },
  { name: 'day of week', low: 0, high: 7, words: days },
] as const;

type Field = (typeof fields)[number];

/** What is wrong with a schedule of five fields, as a sentence without its full stop, or null. */
export function brokenCronField(schedule: string): string | null {
  const texts = schedule.trim().split(/ +/);
  for (const [index, field] of fields.entries()) {
    const text = texts[index] ?? '';
    if (!text.split(',').every((part) => isPart(part, field))) {
      return `${JSON.stringify(text)} is no ${field.name} (${field.low} to ${field.high})`;
    }
  }
  return null;
}

/** `*`, `5`, `1-5`, each with a step `/2` behind it. */
function isPart(part: string, field: Field): boolean {
  const [range, step, ...rest] = part.split('/');
  if (range === undefined || rest.length > 0) return false;
  if (step !== undefined && !(/^[0-9]+$/.test(step) && Number(step) >= 1 && Number(step) <= field.high)) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((text) => numberOf(text, field));
  if (ends.length > 2 || ends.some((end) => end === null)) return false;
  const [from, to] = ends;
  return to === undefined || (from as number) <= (to as number);
}

function numberOf(text: string, field: Field): number | null {
  const word = (field.words as readonly string[]).indexOf(text.toUpperCase());
  if (word >= 0) return word + field.low;
  if (!/^[0-9]{1,2}$/.test(text)) return null;
  const number = Number(text);
  return number >= field.low && number <= field.high ? number : null;
}
