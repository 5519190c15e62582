import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { learnerLaunch, learnerModel } from '@slipway/testkit';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as browsers, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServeProcess, startServe } from '../../cli/fixtures/serve-process.ts';
import { docsPage } from './docs-page.ts';

/** Pictures for people to look at, where a folder for them is named. */
const pictures = process.env.SLIPWAY_PICTURES;

let folder: string;
let browser: Browser;
const servers: ServeProcess[] = [];

async function serve(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
) {
  const names = Object.keys(files);
  for (const name of names) writeFileSync(join(folder, name), files[name] as string);
  const words = [...names.map((name) => join(folder, name)), '--json', ...more];
  const server = await startServe(words, { SLIPWAY_HOME: join(folder, 'home'), ...env });
  servers.push(server);
  return server.ready.url;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-docs-page-'));
  writeFileSync(join(folder, 'model.onnx'), encodeModel(learnerModel(0.5)));
  browser = await browsers.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
});

afterAll(async () => {
  await browser.close();
  for (const { child, ended } of servers) {
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

interface View {
  readonly page: Page;
  /** Everything that the browser complained of, and every address that it asked. */
  readonly complaints: readonly string[];
  readonly asked: readonly string[];
}

async function open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${url}/docs`);
  return { page, complaints, asked };
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

test('the page is small, and lets a browser run and load nothing but what is in it', () => {
  const { html, headers } = docsPage();
  expect(Buffer.byteLength(html)).toBeLessThan(60_000);
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+';/,
  );
  expect(html).not.toMatch(/\son\w+=|https?:\/\/(?!www\.w3\.org)|\sstyle=/);
});

describe('a model', () => {
  let url: string;
  beforeAll(async () => {
    url = await serve({ 'launch.yaml': learnerLaunch });
  });

  test('is asked by its form, and its answer is shown with what the threshold says', async () => {
    const { page, complaints, asked } = await open(url);
    await page.waitForSelector('#page:not([hidden])');
    expect(await page.textContent('h1')).toBe('learner-risk 1.0.0');
    const hint = await page.textContent('#field-0-hint');
    expect(hint).toContain('0 to');
    await page.getByLabel('hours_studied').fill('3');
    await page.getByLabel('quiz_score').fill('83');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.waitForSelector('.results');
    const answer = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"hours_studied":3,"quiz_score":83}',
    });
    const { risk_score: score } = (await answer.json()) as { risk_score: number };
    expect(await page.textContent('.results')).toContain(String(score));
    expect(await page.textContent('.results')).toMatch(/risk_score (reaches|is below) the threshold 0\.7\./);
    await picture(page, 'desktop');
    expect(complaints).toEqual([]);
    expect(new Set(asked.map((address) => new URL(address, url).origin))).toEqual(new Set([url]));
  });

  test('says at a field what is wrong with it, and goes there', async () => {
    const { page } = await open(url, { viewport: { width: 1200, height: 900 } });
    await page.getByLabel('hours_studied').fill('-1');
    await page.getByLabel('quiz_score').fill('many');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-invalid="true"]');
    expect(await page.textContent('#field-0-fault')).toContain('hours_studied is -1');
    expect(await page.textContent('#field-1-fault')).toContain('quiz_score is "many"');
    expect(await page.evaluate('document.activeElement.id')).toBe('field-0');
    expect(await page.textContent('#answer')).toContain('RECORD_INVALID');
    await picture(page, 'error');
  });

  test('takes raw JSON, many records too, and code in three languages follows what is typed', async () => {
    const { page } = await open(url);
    await page.getByText('JSON', { exact: true }).click();
    await page.locator('#json').fill('{"records": [{"hours_studied": 1, "quiz_score": 2}, {"quiz_score": 3}]}');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.waitForSelector('.results');
    expect(await page.textContent('#answer')).toContain('2 records, 1 of them refused');
    await picture(page, 'many');
    await page.locator('#json').fill('{"quiz_score": ');
    expect(await page.textContent('#snippet')).toContain('no JSON yet');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.waitForSelector('#json-fault:not(:empty)');
    await page.locator('#json').fill('{"hours_studied": 7, "quiz_score": 2}');
    await page.getByText('Form', { exact: true }).click();
    expect(await page.getByLabel('hours_studied').inputValue()).toBe('7');
    expect(await page.textContent('#snippet')).toContain(`curl -s '${url}/predict'`);
    await page.getByText('Python', { exact: true }).click();
    expect(await page.textContent('#snippet')).toContain('json={"hours_studied": 7, "quiz_score": 2}');
  });

  test('fits a phone, and the dark', async () => {
    const { page } = await open(url, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.waitForSelector('.results');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await picture(page, 'phone-dark');
  });
});

test('several models and versions are chosen between, each with its own contract', async () => {
  const url = await serve({
    'one.yaml': learnerLaunch,
    'two.yaml': learnerLaunch.replace('version: 1.0.0', 'version: 2.0.0').replace('at: 0.7', 'at: 0.2'),
  });
  const { page, complaints } = await open(url);
  await page.waitForSelector('#page:not([hidden])');
  expect(await page.locator('#model option').allTextContents()).toEqual(['learner-risk 1.0.0', 'learner-risk 2.0.0']);
  await page.getByLabel('Model').selectOption('learner-risk 2.0.0');
  await page.getByRole('button', { name: 'Predict' }).click();
  await page.waitForSelector('.results');
  expect(await page.textContent('#answer pre')).toContain('"version": "2.0.0"');
  expect(await page.textContent('#outputs')).toContain('threshold 0.2');
  await picture(page, 'several');
  expect(complaints).toEqual([]);
});

test('a server that wants a key is asked with the one that is typed, which is kept nowhere', async () => {
  const key = 'an-admin-key-of-this-place-that-is-long-enough';
  const url = await serve({ 'keyed.yaml': learnerLaunch }, { SLIPWAY_ADMIN_KEY: key }, ['--auth', 'required']);
  const { page } = await open(url);
  await page.waitForSelector('#notice:not([hidden])');
  await picture(page, 'key');
  await page.getByLabel('Key or token').fill(key);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#page:not([hidden])');
  await page.getByRole('button', { name: 'Predict' }).click();
  await page.waitForSelector('.results');
  expect(await page.textContent('#snippet')).toContain('$SLIPWAY_KEY');
  expect(await page.textContent('#snippet')).not.toContain(key);
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie, location.href]')).toEqual([
    0,
    0,
    '',
    `${url}/docs`,
  ]);
});
