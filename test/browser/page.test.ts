/**
 * Goal: the page keeps its promises to a person in front of it: it compares two runs of one seed with the numbers that the
 * command line gives, shows any instant the same however it was reached, records changes, restores links, survives wrong
 * texts and links, lets no text become code, and can be used by everybody.
 * Method: Chromium on the built page with its real workers, driven by roles and labels.
 */
import { deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { ArmRequest } from '../../sim/worker/protocol.ts';
import { linkTo } from '../../web/share-link.ts';
import type { Work } from '../../web/work.ts';
import { violations } from '../support/axe.ts';
import { pageTest } from '../support/page-test.ts';
import { dotPixels, fingerprints, fingerprintsInNode, framesDone, openPage, pressKey, runsEnded, runText, seek, SMALL_SCENARIO } from '../web/support/page-driver.ts';

const bare: ArmRequest = { text: SMALL_SCENARIO, variant: 'bare', seed: '', switches: {}, interventions: [] };

/** Waits until a message is on show. */
const messageShown = (page: Page, text: string): Promise<void> => page.locator('#notice').getByText(text).waitFor();

async function openSmall(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('.card').first().waitFor();
  await runText(page, SMALL_SCENARIO);
  await page.locator('#story', { hasText: 'The store stops answering' }).waitFor();
  await runsEnded(page);
}

pageTest('a newcomer sees a first scenario run in two variants', async ({ page, address, pageErrors }) => {
  await openPage(page, address);
  expect(await page.locator('section.arm').count()).toBe(2);
  expect(await page.locator('.card').count()).toBeGreaterThan(3);
  const summaries = await page.locator('.chart-row:visible .summary').allTextContents();
  expect(summaries.length).toBeGreaterThan(5);
  expect(summaries.every((text) => text.length > 10)).toBe(true);
  expect(await page.title()).toMatch(/^.+ – Faultline$/);
  expect(pageErrors).toEqual([]);
});

pageTest('both workers come to the fingerprints that Node comes to', async ({ page, address, pageErrors }) => {
  await openSmall(page, address);
  const [requests, events] = await fingerprints(page);
  const a = fingerprintsInNode(bare);
  const b = fingerprintsInNode({ ...bare, variant: 'breaker' });
  expect(requests).toEqual([a.requests, b.requests]);
  expect(events).toEqual([a.events, b.events]);
  expect(pageErrors).toEqual([]);
});

pageTest('a seed of one’s own gives another world, the same in both runs', async ({ page, address }) => {
  await openSmall(page, address);
  const before = await fingerprints(page);
  await page.getByLabel('Seed', { exact: true }).fill('43');
  await page.keyboard.press('Enter');
  await page.waitForFunction((old) => document.querySelector('.results .prints code')?.textContent !== old, before[0]![0]!);
  await runsEnded(page);
  expect((await fingerprints(page))[0]![0]).toBe(fingerprintsInNode({ ...bare, seed: '43' }).requests);
});

pageTest('an instant looks the same whether stepped to, scrubbed to or come back to', async ({ page, address }) => {
  await openSmall(page, address);
  await seek(page, 0.48);
  const time = page.getByLabel('Time', { exact: true });
  // From 14.4 s in buckets of 50 ms.
  for (let step = 0; step < 12; step++) await pressKey(page, '.');
  await framesDone(page, 10);
  expect(await time.textContent()).toBe('15.00 s');
  const stepped = await dotPixels(page);
  await seek(page, 0.9);
  expect(await dotPixels(page)).not.toEqual(stepped);
  await seek(page, 0.5);
  expect(await time.textContent()).toBe('15.00 s');
  expect(await dotPixels(page)).toEqual(stepped);
});

pageTest('dots have the colours of the legend, and follow the theme and the sharpness of the screen', async ({ page: coarse, address }) => {
  const page = await coarse.context().browser()!.newPage({ deviceScaleFactor: 2, colorScheme: 'light' });
  await openSmall(page, address);
  await seek(page, 0.45);
  const drawn = (): Promise<{ readonly perCssPixel: number; readonly solid: string[]; readonly isExplained: boolean }> =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.topology canvas')!;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      const counts = new Map<string, number>();
      for (let at = 0; at < data.length; at += 4) {
        const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
        if (data[at + 3] === 255) counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      const numbers = (colour: string): number[] => colour.match(/\d+/g)!.map(Number);
      const legend = [...document.querySelectorAll('svg.dot:not(.hollow)')].map((dot) => getComputedStyle(dot).fill);
      const known = [getComputedStyle(document.querySelector('.arm')!).backgroundColor, ...legend].map(numbers);
      // Where one rim lies over another the colours mix.
      const solid = [...counts].filter(([, count]) => count > 40).map(([colour]) => colour);
      const isKnown = (colour: string): boolean => known.some((each) => numbers(colour).every((part, at) => Math.abs(part - each[at]!) <= 2));
      return { perCssPixel: width / canvas.clientWidth, solid: solid.filter((colour) => legend.includes(colour)), isExplained: solid.every(isKnown) };
    });
  const light = await drawn();
  expect(light.perCssPixel).toBe(2);
  expect(light.solid.length).toBeGreaterThan(1);
  expect(light.isExplained).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark' });
  await framesDone(page, 10);
  const dark = await drawn();
  expect(dark.solid).toHaveLength(light.solid.length);
  expect(dark.isExplained).toBe(true);
  expect(dark.solid).not.toEqual(light.solid);
  await page.close();
});

pageTest('nothing moves before Play, and Space plays and pauses', async ({ page, address }) => {
  await openSmall(page, address);
  const time = page.getByLabel('Time', { exact: true });
  const before = { time: await time.textContent(), dots: await dotPixels(page) };
  await framesDone(page, 60);
  expect({ time: await time.textContent(), dots: await dotPixels(page) }).toEqual(before);
  await pressKey(page, ' ');
  await page.waitForFunction((old) => document.querySelector('.time')?.textContent !== old, before.time);
  await pressKey(page, ' ');
  // The clock is allowed to lag behind by READING_PACE_MS.
  await framesDone(page, 10);
  const paused = await time.textContent();
  await framesDone(page, 20);
  expect(await time.textContent()).toBe(paused);
});

pageTest('a switch in mid-run is recorded, shown, part of the link, and can be taken back', async ({ page, address, pageErrors }) => {
  await openSmall(page, address);
  const original = await fingerprints(page);
  await seek(page, 0.4);
  await page.getByRole('radio', { name: 'at the playhead' }).check();
  const armA = page.locator('#arm-a');
  await armA.getByRole('switch', { name: /Circuit breaker/ }).click();
  await armA.getByText(/12\.0 s .*Circuit breaker.* on/).waitFor();
  await page.waitForFunction((old) => document.querySelector('.results .prints code')?.textContent !== old, original[0]![0]!);
  await runsEnded(page);
  const changed = await fingerprints(page);
  const intervention = { atNs: 12_000_000_000, address: 'shop/store/circuitBreaker', enabled: true };
  expect(changed[0]![0]).toBe(fingerprintsInNode({ ...bare, interventions: [intervention] }).requests);
  expect(changed[0]![1]).toBe(original[0]![1]);
  expect(await page.locator('.mark[data-kind=intervention][data-arm=A]').count()).toBe(1);

  await page.getByRole('button', { name: 'Share' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#s=1.'));
  const link = page.url();
  const other = await page.context().newPage();
  await other.goto(link);
  await runsEnded(other);
  expect(await fingerprints(other)).toEqual(changed);
  expect(await other.getByLabel('Time', { exact: true }).textContent()).toBe('12.00 s');
  expect(await dotPixels(other)).toEqual(await dotPixels(page));
  await other.close();

  await armA.getByRole('button', { name: /^Take back/ }).click();
  await page.waitForFunction((old) => document.querySelector('.results .prints code')?.textContent === old, original[0]![0]!);
  expect(pageErrors).toEqual([]);
});

pageTest('a broken link is explained, and the work goes on', async ({ page, address, pageErrors }) => {
  await page.goto(`${address}#s=1.q1YqLVayUlAqTi0sSy0qzszPUwIA`);
  await messageShown(page, 'damaged or was cut off');
  await page.locator('.card').first().waitFor();
  await runText(page, SMALL_SCENARIO);
  await page.locator('#story', { hasText: 'The store stops answering' }).waitFor();
  for (const [fragment, message] of [
    ['#s=9.abc', 'another version of Faultline'],
    ['#somewhere-else', 'does not hold a Faultline session'],
    [`#s=1.${deflateRawSync('["0",{}]').toString('base64url')}`, 'damaged'],
  ] as const) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);
    await messageShown(page, message);
    expect(await page.locator('#story').textContent()).toContain('The store stops answering');
  }
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(await page.locator('#notice').isVisible()).toBe(false);
  expect(pageErrors).toEqual([]);
});

pageTest('a link that cannot be followed says so, and the page opens all the same', async ({ page, address, pageErrors }) => {
  const work: Work = { scenario: 'retry-storm', text: '', seed: '', arms: [{ variant: 'breaker', switches: {}, interventions: [] }], timeNs: 1e9, speed: 1, theme: 'auto', zoom: null, changeAt: 'start' };
  const follow = async (changed: Partial<Work>): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(address + (await linkTo({ ...work, ...changed })));
    await page.locator('.card').first().waitFor();
  };
  await follow({ scenario: 'gone' });
  await messageShown(page, 'needs the scenario "gone"');
  await follow({ scenario: '', text: SMALL_SCENARIO.replace('kind: service', 'kind: servise') });
  await messageShown(page, 'The scenario has a mistake, see Scenario text');
  expect(await page.locator('#scenario-problems li').allTextContents()).toEqual([expect.stringMatching(/service/)]);
  await follow({ arms: [{ variant: 'breaker', switches: {}, interventions: [{ atNs: 1e9, address: 'gone/retry', enabled: false }] }] });
  await page.locator('#arm-a').getByText('there is no layer and no fault "gone/retry"').waitFor();
  expect(pageErrors).toEqual([]);
});

pageTest('a text with mistakes is kept, its mistakes are listed by line, and the runs go on', async ({ page, address, pageErrors }) => {
  await openSmall(page, address);
  const before = await fingerprints(page);
  const wrong = SMALL_SCENARIO.replace('kind: service', 'kind: servise').replace('duration: 30s', 'duration: 30');
  await runText(page, wrong);
  const problems = page.locator('#scenario-problems li');
  await problems.nth(1).waitFor();
  expect(await problems.allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/^line 5:/), expect.stringMatching(/service/)]));
  expect(await page.getByLabel('Scenario text (YAML)').inputValue()).toBe(wrong);
  expect(await fingerprints(page)).toEqual(before);
  await problems.first().getByRole('button').click();
  expect(await page.getByLabel('Scenario text (YAML)').evaluate((text: HTMLTextAreaElement) => text === document.activeElement)).toBe(true);
  await page.getByRole('button', { name: 'Undo my changes' }).click();
  expect(await page.getByLabel('Scenario text (YAML)').inputValue()).toBe(SMALL_SCENARIO);
  expect(pageErrors).toEqual([]);
});

pageTest('what the linter says is listed, counted, marked in the picture, and told by its tooltips, for each run its own', async ({ page, address, pageErrors }) => {
  await page.goto(address);
  await page.getByLabel('Scenario', { exact: true }).selectOption('retry-storm');
  await runsEnded(page);
  const warnings = page.locator('#warnings');
  await warnings.getByText('3 warnings about this system').click();
  const multiplied = warnings.locator('li', { hasText: 'retry-multiplication' });
  expect(await multiplied.textContent()).toMatch(/^Retries multiply: shoppers -> api -> orders: 3 x 3 = 9 attempts \(in unprotected, breaker\).*Retry in one place only/);
  // Of three edges and cards, two have something to be said of: the call to the database and the database.
  const marks = (arm: string): Promise<number> => page.locator(`${arm} .lint:not([visibility="hidden"])`).count();
  expect([await marks('#arm-a'), await marks('#arm-b')]).toEqual([2, 2]);
  // Scrolling hides tooltips.
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('#arm-a .edge').nth(1).locator('.lint').hover();
  await page.locator('#tooltip', { hasText: 'retry-multiplication' }).waitFor();
  // Nobody retries: only the small pool is left.
  await page.locator('#arm-b select').first().selectOption('no-retry');
  await page.waitForFunction(() => document.querySelectorAll('#arm-b .lint:not([visibility="hidden"])').length === 1);
  expect(await marks('#arm-a')).toBe(2);
  expect(pageErrors).toEqual([]);
});

pageTest('no text becomes markup or code', async ({ page, address, pageErrors }) => {
  const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  await page.goto(address);
  await page.locator('.card').first().waitFor();
  await runText(page, SMALL_SCENARIO.replace('A small one', JSON.stringify(hostile)).replace('The store stops answering for a while.', JSON.stringify(hostile)));
  await page.locator('#story', { hasText: 'onerror' }).waitFor();
  await runsEnded(page);
  expect(await page.locator('img').count()).toBe(0);
  // What slipped through all the same would be stopped by the policy of the page.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.hacked = 1';
    document.body.append(script);
  });
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(pageErrors.filter((message) => !message.includes('Content Security Policy'))).toEqual([]);
});

pageTest('every chart is also a table', async ({ page, address }) => {
  await openSmall(page, address);
  const buttons = page.getByRole('button', { name: /^Table/ });
  for (const button of await buttons.all()) if (await button.isVisible()) await button.click();
  const tables = page.locator('.chart-row:visible .table table');
  expect(await tables.count()).toBeGreaterThan(6);
  for (const table of await tables.all()) {
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(50);
    expect(await table.textContent()).not.toMatch(/NaN|undefined/);
  }
});

for (const [colorScheme, width] of [
  ['light', 1600],
  ['dark', 1600],
  ['light', 390],
] as const) {
  pageTest(`axe finds nothing to complain about: ${colorScheme}, ${width} wide`, async ({ page, address }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await openSmall(page, address);
    // Further down something always lies half under the bar that stays in view.
    const violationsFromTop = async (): Promise<unknown[]> => {
      await page.evaluate(() => scrollTo(0, 0));
      return violations(page);
    };
    expect(await violationsFromTop()).toEqual([]);
    for (const button of await page.getByRole('button', { name: /^Table/ }).all()) if (await button.isVisible()) await button.click();
    expect(await violationsFromTop()).toEqual([]);
    await page.getByRole('button', { name: 'Help' }).click();
    expect(await violations(page)).toEqual([]);
  });
}

pageTest('a screen reader is told how the runs ended and what is on show, and nothing while they are played', async ({ page, address }) => {
  await openSmall(page, address);
  const announced = page.locator('#announcer');
  expect(await announced.textContent()).toMatch(/^Run A has ended: availability [\d.]+ %\. Run B has ended: availability [\d.]+ %\. They part at 10\.\d+ s\.$/);
  const system = page.getByRole('img', { name: /^System of run B/ });
  await seek(page, 0.1);
  expect(await system.getAttribute('aria-label')).toBe('System of run B: users calls shop, shop calls store. Now: all normal.');
  await seek(page, 0.45);
  expect(await system.getAttribute('aria-label')).toMatch(/Now: users failing, .*shop\/store\/circuitBreaker open, fault Hang: store\.$/);
  // Signs that only the eye needs are no part of names.
  expect(await page.getByRole('switch', { name: 'Timeout after 200ms', exact: true }).count()).toBe(2);

  await page.evaluate(() => {
    document.body.dataset.spoken = '0';
    const live = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], output';
    new MutationObserver((changes) => {
      const spoken = changes.filter(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest(live));
      document.body.dataset.spoken = String(Number(document.body.dataset.spoken) + spoken.length);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const spoken = (): Promise<string | undefined> => page.evaluate(() => document.body.dataset.spoken);
  const time = await page.locator('.time').textContent();
  await pressKey(page, ' ');
  await framesDone(page, 60);
  await pressKey(page, ' ');
  expect(await page.locator('.time').textContent()).not.toBe(time);
  expect(await spoken()).toBe('0');
  await page.getByRole('button', { name: 'Share' }).click();
  await announced.getByText('restores everything').or(page.getByRole('dialog', { name: 'Share' })).waitFor();
});

pageTest('whoever turns a switch keeps it under the pointer, uncovered, and level with the other run’s', async ({ page, address }) => {
  await openSmall(page, address);
  // Scrolling hides tooltips.
  await page.evaluate(() => scrollTo(0, 0));
  const tops = (): Promise<number[]> => page.locator('.switches').evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().top)));
  const [before] = await tops();
  const retry = page.locator('#arm-a').getByRole('switch', { name: /^Retry/ });
  await retry.hover();
  await page.locator('#tooltip').waitFor();
  const places = page.evaluate(async () => {
    const seen = new Set<number>();
    for (let frame = 0; frame < 60; frame++) {
      for (const each of document.querySelectorAll('.switches')) seen.add(Math.round(each.getBoundingClientRect().top));
      await new Promise(requestAnimationFrame);
    }
    return [...seen];
  });
  await retry.click();
  expect(await places).toEqual([before]);
  expect(await retry.getAttribute('aria-checked')).toBe('false');
  expect(await page.locator('#tooltip').isVisible()).toBe(false);
  // Only the run whose switch was turned has a row more.
  expect(await page.getByRole('button', { name: 'Reset to the variant' }).count()).toBe(1);
});

pageTest('what the focus brings into view is explained there', async ({ page, address }) => {
  await openSmall(page, address);
  await page.keyboard.press('Tab');
  await page.getByRole('rowheader', { name: 'Fingerprint of events' }).focus();
  await framesDone(page, 10);
  await page.locator('#tooltip', { hasText: 'Fingerprint of events' }).waitFor();
});

pageTest('the first Tab stop leads to the charts', async ({ page, address }) => {
  await openPage(page, address);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await framesDone(page, 10);
  expect(await page.getByRole('region', { name: 'Charts' }).evaluate((charts) => charts === document.activeElement)).toBe(true);
  expect(await page.locator('#notice').isVisible()).toBe(false);
});

for (const width of [1280, 360]) {
  pageTest(`whoever walks back with the Tab key never loses sight of the focus: ${width} wide`, async ({ page, address }) => {
    await page.setViewportSize({ width, height: 720 });
    await openSmall(page, address);
    await page.locator('#text summary').focus();
    const hidden: string[] = [];
    let stops = 0;
    for (let isOnPage = true; isOnPage; stops++) {
      await page.keyboard.press('Shift+Tab');
      const found = await page.evaluate(() => {
        const focused = document.activeElement!;
        const bar = document.querySelector('.transport')!;
        const [place, over] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
        const isOnPage = focused !== document.body;
        // What is higher than the room under the bar can be seen only in part.
        const fits = place.height <= innerHeight - over.bottom;
        const isHidden = isOnPage && fits && !bar.contains(focused) && place.top < over.bottom - 1 && place.bottom > over.top + 1;
        return { isOnPage, hidden: isHidden ? [focused.outerHTML.slice(0, 100)] : [] };
      });
      hidden.push(...found.hidden);
      isOnPage = found.isOnPage;
    }
    expect(stops).toBeGreaterThan(40);
    expect(hidden).toEqual([]);
  });
}

pageTest('with forced colours every legend still shows its marks', async ({ page, address }) => {
  // Only a picture shows what colours were forced.
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await openSmall(page, address);
  const blank: (string | null)[] = [];
  const swatches = await page.locator('.chart-row:visible .swatch').all();
  for (const swatch of swatches) {
    const picture = (await swatch.screenshot()).toString('base64');
    const isBlank = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data.every((value) => value === 255);
    }, picture);
    if (isBlank) blank.push(await swatch.locator('..').textContent());
  }
  expect(swatches.length).toBeGreaterThan(15);
  expect(blank).toEqual([]);
});

pageTest('no screen is too narrow to do without scrolling sideways', async ({ page, address }) => {
  await openPage(page, address);
  // The narrowest for one arm beside the other is 901.
  for (const width of [1000, 901, 541, 351, 320]) {
    await page.setViewportSize({ width, height: 700 });
    await framesDone(page, 10);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});

pageTest('whoever wants no motion gets numbers instead of dots', async ({ page, address }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openSmall(page, address);
  await seek(page, 0.5);
  const isEmpty = await page.locator('.topology canvas').evaluateAll((canvases) =>
    canvases.every((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.every((value) => value === 0);
    }),
  );
  expect(isEmpty).toBe(true);
  expect(await page.locator('.edge .rate').first().isVisible()).toBe(true);
  expect(await page.locator('.edge .rate').first().textContent()).toMatch(/\/s$/);
});

pageTest('keys do what the help says, except where one types', async ({ page, address }) => {
  await openSmall(page, address);
  const time = page.getByLabel('Time', { exact: true });
  const pressed = async (key: string): Promise<string | null> => {
    await pressKey(page, key);
    await framesDone(page, 10);
    return time.textContent();
  };
  expect(await pressed('End')).toBe('30.00 s');
  expect(await pressed('Home')).toBe('0.00 s');
  expect(await pressed('.')).not.toBe('0.00 s');
  expect(await pressed(',')).toBe('0.00 s');
  const speed = page.locator('.speed-value');
  const slow = await speed.textContent();
  await pressed(']');
  expect(await speed.textContent()).not.toBe(slow);
  await pressed('[');
  expect(await speed.textContent()).toBe(slow);
  await pressKey(page, '?');
  expect(await page.getByRole('dialog', { name: 'What is what' }).isVisible()).toBe(true);
  await page.getByLabel('Single letters and signs work as shortcuts').uncheck();
  await page.keyboard.press('Escape');
  expect(await pressed('.')).toBe('0.00 s');
  await page.getByLabel('Seed', { exact: true }).press('End');
  expect(await time.textContent()).toBe('0.00 s');
});
