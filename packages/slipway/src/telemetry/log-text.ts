const levels: Readonly<Record<string, string>> = { debug: 'debug', info: 'info ', warn: 'WARN ', error: 'ERROR' };

/** A line of the log as a person reads it on a terminal: time, level, message, then the fields. */
export function logText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const parts = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  const head = `${String(time).slice(11, 23)} ${levels[String(level)] ?? level} ${msg ?? ''}`;
  return `${[head, ...parts].join('  ')}\n`;
}

function fieldText(value: unknown): string {
  // A stack reads better with its line breaks than as JSON.
  if (typeof value === 'object' && value !== null && 'stack' in value) return `\n  ${String(value.stack)}`;
  return typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value);
}
