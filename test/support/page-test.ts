import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { test } from 'vitest';
import { servePage } from '../../sim/cli/page-server.ts';
import { chromiumArguments, findEngine, missingReason } from './browser.ts';

const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));

interface PageFixtures {
  $file: {
    /** Chromium, one for all tests of a file; undefined when the machine has none. */
    browser: Browser | undefined;
    /** Where the built page is served. */
    address: string;
  };
  $test: {
    /** A fresh page with nothing loaded. Without a Chromium the test is skipped, with the reason. */
    page: Page;
    /** What went wrong in the page so far: uncaught errors and messages of `console.error`. */
    pageErrors: string[];
  };
}

/**
 * A test that drives the built page:
 * `pageTest('shows the title', async ({ page, address }) => { await page.goto(address); … })`.
 */
export const pageTest = test.extend<PageFixtures>({
  browser: [
    async ({}, use) => {
      const program = findEngine('chromium');
      const browser =
        program === undefined
          ? undefined
          : await chromium.launch({ executablePath: program, args: [...chromiumArguments] });
      await use(browser);
      await browser?.close();
    },
    { scope: 'file' },
  ],
  address: [
    async ({}, use) => {
      const server = await servePage(builtPage, 0);
      await use(server.address);
      await server.close();
    },
    { scope: 'file' },
  ],
  page: async ({ browser, skip }, use) => {
    if (browser === undefined) return skip(missingReason('chromium'));
    const context = await browser.newContext();
    await use(await context.newPage());
    await context.close();
  },
  pageErrors: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await use(errors);
  },
});
