/** The same request in a language. A key is never written into it: it stands for itself as a variable. */
export function snippet(language, { url, body, hasKey }) {
  if (language === 'python') return python(url, body, hasKey);
  return language === 'javascript' ? javascript(url, body, hasKey) : curl(url, body, hasKey);
}

function curl(url, body, hasKey) {
  const key = hasKey ? ' \\\n  -H "authorization: Bearer $SLIPWAY_KEY"' : '';
  const data = JSON.stringify(body).replaceAll("'", "'\\''");
  return `curl -s '${url}' \\\n  -H 'content-type: application/json'${key} \\\n  -d '${data}'`;
}

function python(url, body, hasKey) {
  const key = hasKey ? '\n    headers={"authorization": f"Bearer {os.environ[\'SLIPWAY_KEY\']}"},' : '';
  const lines = [
    ...(hasKey ? ['import os', ''] : []),
    'import requests',
    '',
    'answer = requests.post(',
    `    ${JSON.stringify(url)},${key}`,
    `    json=${pythonValue(body)},`,
    '    timeout=10,',
    ')',
    'answer.raise_for_status()',
    'print(answer.json())',
  ];
  return lines.join('\n');
}

function pythonValue(value) {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonValue(each)}`);
  return `{${pairs.join(', ')}}`;
}

function javascript(url, body, hasKey) {
  const key = hasKey ? ', authorization: `Bearer ${process.env.SLIPWAY_KEY}`' : '';
  return [
    `const answer = await fetch(${JSON.stringify(url)}, {`,
    "  method: 'POST',",
    `  headers: { 'content-type': 'application/json'${key} },`,
    `  body: JSON.stringify(${JSON.stringify(body)}),`,
    '});',
    'if (!answer.ok) throw new Error(await answer.text());',
    'console.log(await answer.json());',
  ].join('\n');
}
