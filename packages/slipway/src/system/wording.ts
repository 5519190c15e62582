/** A count with its noun: `1 entry`, `1,234 entries`. `many` is for plurals that take more than an s. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : many}`;
}

/** An instant as people read it: `2026-11-24 15:20 UTC`. What is no instant stays as it is. */
export function instantText(instant: string | null | undefined): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(instant ?? '') ?? [];
  return day === undefined ? (instant ?? '') : `${day} ${time} UTC`;
}
