// A person opens a feed there is in the studio, in a real browser: takes a kind of card out, saves.
// Prints what was seen as JSON; a screen of each step goes to the directory named last.
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [base, feed, executable, screens] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const seen = { findings: [] };

(async () => {
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => seen.findings.push(`script: ${error}`));
  page.on('console', (message) => message.type() === 'error' && seen.findings.push(`console: ${message.text()}`));
  const screen = async (name) => {
    fs.mkdirSync(screens, { recursive: true });
    await page.screenshot({ path: path.join(screens, `studio-${name}.png`) });
  };
  const check = async () => {
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], iframes: false }));
    for (const violation of found.violations) seen.findings.push(`${violation.id}: ${violation.nodes[0].html.slice(0, 140)}`);
  };

  await page.goto(`${base}studio`);
  await page.getByLabel('Or change a feed').selectOption(feed);
  await check();
  await screen('start');
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Open' }).click()]);
  await page.waitForSelector('#kinds');
  await page.waitForLoadState('networkidle');
  seen.found = Number(await page.locator('#count').innerText());
  await Promise.all([page.waitForNavigation(), page.locator('button[value^="exclude:"]').first().click()]);
  await page.waitForLoadState('networkidle');
  seen.left = Number(await page.locator('#count').innerText());
  await check();
  const save = page.getByRole('button', { name: `Save ${feed}` });
  await save.scrollIntoViewIfNeeded();
  await screen('opened');
  await Promise.all([page.waitForNavigation(), save.click()]);
  seen.saved = await page.locator('#saved').innerText();
  await browser.close();
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(error); process.exit(1); });
