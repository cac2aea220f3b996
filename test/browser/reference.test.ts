/**
 * Goal: the reference on the page names everything that a scenario can be made of, with parameters, defaults and sources,
 * draws every state machine, can be searched and linked to, and shuts nobody out.
 * Method: Chromium on the built page, compared with the registries.
 */
import { expect } from 'vitest';
import { registries } from '../../sim/scenario/registries.ts';
import { METRICS } from '../../sim/telemetry/metrics/registry.ts';
import { violations } from '../support/axe.ts';
import { pageTest } from '../support/page-test.ts';

const definitions = [...registries.components, ...registries.patterns, ...registries.stacks, ...registries.definitions];
const idOf = ({ family, kind }: { readonly family: string; readonly kind: string }): string => (family === kind ? kind : `${family}/${kind}`);

pageTest('everything is there', async ({ page, pageErrors, address }) => {
  await page.goto(`${address}reference.html`);
  await page.locator('.entry').first().waitFor();
  const ids = await page.locator('.entry').evaluateAll((entries) => entries.map(({ id }) => id));
  expect(ids.toSorted()).toEqual([...definitions.map(idOf), ...METRICS.map(({ name }) => `metric/${name}`)].toSorted());
  for (const definition of definitions) {
    const entry = page.locator(`[id="${idOf(definition)}"]`);
    const text = (await entry.textContent()) ?? '';
    expect(text).toContain(definition.about);
    expect(Object.keys(definition.params).filter((name) => !text.includes(name))).toEqual([]);
    expect(await entry.locator('.machine .arc').count()).toBe(definition.states?.length ?? 0);
  }
  expect(pageErrors).toEqual([]);
});

pageTest('an address leads to its entry, and words find it', async ({ page, address }) => {
  await page.goto(`${address}reference.html#circuitBreaker/hystrix`);
  const entry = page.locator('[id="circuitBreaker/hystrix"]');
  await expect.poll(() => entry.evaluate((element) => Math.abs(element.getBoundingClientRect().top)).catch(() => NaN)).toBeLessThan(40);
  await page.getByLabel('Find').fill('hystrix pool');
  expect(await page.locator('[id="threadPool/hystrix"]').isVisible()).toBe(true);
  expect(await page.locator('[id="retry"]').isVisible()).toBe(false);
  expect(await page.getByRole('status').textContent()).toMatch(/^\d+ of \d+ entries$/);
  await page.getByLabel('Find').fill('no entry says xyzzy');
  expect(await page.getByRole('status').textContent()).toMatch(/^0 of/);
});

pageTest('one page leads to the other', async ({ page, address }) => {
  await page.goto(address);
  await page.getByRole('link', { name: 'Reference' }).click();
  await page.getByRole('heading', { level: 1, name: 'Reference' }).waitFor();
  await page.getByRole('link', { name: 'Back to the simulator' }).click();
  await page.getByRole('heading', { level: 1, name: 'Faultline' }).waitFor();
});

for (const [scheme, width] of [['light', 1280], ['dark', 1280], ['light', 390]] as const) {
  pageTest(`nobody is shut out: ${scheme}, ${width} px`, async ({ page, address }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${address}reference.html`);
    await page.locator('.entry').first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
