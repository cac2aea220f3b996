/**
 * Goal: what `npm run build` makes is a page that opens from any folder of a static host, needs nothing from elsewhere,
 * and reports no errors.
 * Method: Chromium on the built files, served here; every address that the page asks for is recorded.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { servePage } from '../../sim/cli/page-server.ts';
import { pageTest } from '../support/page-test.ts';

const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));

pageTest('the page opens without an error and asks nobody else', async ({ page, pageErrors, address }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(address, { waitUntil: 'networkidle' });
  expect(await page.title()).toContain('Faultline');
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(pageErrors).toEqual([]);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(address))).toEqual([]);
});

pageTest('the page works below any path', async ({ page, pageErrors }) => {
  const host = mkdtempSync(join(tmpdir(), 'host-'));
  cpSync(builtPage, join(host, 'some', 'where'), { recursive: true });
  const server = await servePage(host, 0);
  try {
    await page.goto(`${server.address}some/where/`, { waitUntil: 'networkidle' });
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(pageErrors).toEqual([]);
  } finally {
    await server.close();
    rmSync(host, { recursive: true });
  }
});
