// Opens every kind of page light and dark, on a desk and on a phone: a screen of each, axe's
// findings, sideways scrolling, long words, errors, and what the keyboard reaches.
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [base, target] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const pages = {
  index: 'index.html',
  feed: 'havelstedt-politik/index.html',
  degraded: 'alpenland-politik/index.html',
};
const places = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const findings = [];

async function look(browser, name, address, place, colorScheme) {
  const context = await browser.newContext({ viewport: places[place], deviceScaleFactor: place === 'phone' ? 2 : 1, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  const where = `${name}, ${place}, ${colorScheme}`;
  page.on('pageerror', (error) => findings.push(`${where}: ${error}`));
  page.on('console', (message) => message.type() === 'error' && findings.push(`${where}: ${message.text()}`));
  await page.goto(`${base}/${address}`, { waitUntil: 'networkidle' });
  await page.evaluate(async () => {
    for (const image of document.images) { image.loading = 'eager'; await image.decode().catch(() => {}); }
  });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) findings.push(`${where}: ${wide} pixels wider than the screen`);
  await page.addScriptTag({ content: axe });
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  for (const violation of found.violations) {
    for (const node of violation.nodes) findings.push(`${where}: ${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary.split('\n')[1] ?? ''}`);
  }
  if (name !== 'degraded' || place === 'desktop') {
    fs.mkdirSync(target, { recursive: true });
    await page.screenshot({ path: path.join(target, `${name}-${place}-${colorScheme}.png`) });
    if (process.env.FULL) await page.screenshot({ path: path.join(target, `${name}-${place}-${colorScheme}-full.png`), fullPage: true });
  }
  const over = await page.evaluate(() => {
    for (const title of document.querySelectorAll('.title')) title.textContent = 'Verschwörungserzählungsforschungsgesellschaftsgründungen';
    const right = (element) => element.getBoundingClientRect().right;
    const stories = [...document.querySelectorAll('.story')];
    return stories.filter((story) => [story, ...story.querySelectorAll('.picture, .title, .meta')].some((part) => right(part) > right(story.parentElement) + 1 || right(part) > right(story) + 1)).length;
  });
  if (over > 0) findings.push(`${where}: with a long word ${over} stories stand over their columns`);
  await context.close();
}

// With its own policy in force: search, copy, and the order of the tab key.
async function use(browser) {
  const context = await browser.newContext({ viewport: places.desktop, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && findings.push(`policy: ${message.text()}`));
  await page.goto(`${base}/index.html`, { waitUntil: 'networkidle' });
  const expect = (what, holds) => holds || findings.push(`use: ${what}`);
  await page.keyboard.press('Tab');
  expect('the first stop of the tab key skips the stories', (await page.evaluate(() => document.activeElement.className)) === 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect('the search box comes next', (await page.evaluate(() => document.activeElement.id)) === 'search');
  await page.keyboard.type('weser');
  expect('search leaves one feed', (await page.locator('[data-feed]:visible').count()) === 1);
  await page.fill('#search', 'nothing like this');
  expect('search says when nothing is left', await page.locator('#none').isVisible());
  await page.fill('#search', '');
  await page.locator('[data-feed]:visible button').first().click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(`the copied address is the public one: ${copied}`, copied === 'https://feeds.example.org/havelstedt-politik/rss.xml');
  const styled = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect('the style passes its own policy', styled === 'rgb(251, 250, 246)');
  const alternates = await page.locator('link[rel=alternate]').count();
  expect('all feeds are announced in three formats', alternates === 36);
  await context.close();

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const without = await plain.newPage();
  await without.goto(`${base}/havelstedt-politik/index.html`);
  expect('no dead buttons without scripts', (await without.locator('button:visible').count()) === 0);
  expect('the addresses stand there without scripts', await without.getByText('https://feeds.example.org/havelstedt-politik/rss.xml').isVisible());
  await plain.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  for (const [name, address] of Object.entries(pages)) {
    for (const place of Object.keys(places)) {
      for (const colorScheme of ['light', 'dark']) await look(browser, name, address, place, colorScheme);
    }
  }
  await use(browser);
  await browser.close();
  for (const finding of [...new Set(findings)]) console.log(finding);
  console.error(`${findings.length} findings`);
  process.exit(findings.length ? 1 : 0);
})();
