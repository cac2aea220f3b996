/**
 * Goal: the page is served as a browser needs it, on a free port, and nothing outside its folder can be read.
 * Method: a real server over a temporary folder, asked over HTTP; for paths that fetch would tidy up beforehand, over a
 * bare request.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type PageServer, servePage } from '../../sim/cli/page-server.ts';

let around: string;
let folder: string;
const servers: PageServer[] = [];

beforeAll(() => {
  around = mkdtempSync(join(tmpdir(), 'page-'));
  folder = join(around, 'web');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(around, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<title>top</title>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rmSync(around, { recursive: true }));

async function start(port = 0): Promise<string> {
  const server = await servePage(folder, port);
  servers.push(server);
  return server.address;
}

/** Status of a request whose path is sent exactly as it is written here. */
function statusOf(address: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('the page answers for the top, and files come with their type', async () => {
  const address = await start();
  const page = await fetch(`${address}?seed=7`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toBe('<title>top</title>');
  const script = await fetch(`${address}assets/main.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('a busy port leads to the next free one', async () => {
  const first = await start();
  const second = await start(Number(new URL(first).port));
  expect(Number(new URL(second).port)).toBeGreaterThan(Number(new URL(first).port));
  expect((await fetch(second)).status).toBe(200);
});

test.each([
  '/missing.js',
  '/assets',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/%00',
  '/%',
])('%s is not found', async (path) => {
  expect(await statusOf(await start(), path)).toBe(404);
});

test('nothing can be written', async () => {
  expect((await fetch(await start(), { method: 'POST', body: 'x' })).status).toBe(405);
});
