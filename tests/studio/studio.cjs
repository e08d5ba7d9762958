// A person makes a feed in the studio, in a real browser: pastes an address, takes a kind of card
// out, reads an article, points at a field, saves. Prints what was seen as JSON; a screen of each
// step goes to the directory named last.
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [base, section, executable, screens] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const seen = { findings: [] };

(async () => {
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false });
  const page = await context.newPage();
  page.on('pageerror', (error) => seen.findings.push(`script: ${error}`));
  page.on('console', (message) => message.type() === 'error' && seen.findings.push(`console: ${message.text()}`));
  const screen = async (name) => {
    fs.mkdirSync(screens, { recursive: true });
    await page.screenshot({ path: path.join(screens, `studio-${name}.png`) });
  };
  const count = async () => Number(await page.locator('#count').innerText());
  const settled = () => page.waitForLoadState('networkidle');

  await page.goto(`${base}studio`);
  await page.getByRole('textbox').fill(section);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#kinds');
  await settled();
  seen.found = await count();
  const inside = page.frameLocator('#section');
  seen.outlined = await inside.locator('[data-r-state=in]').count();
  seen.scripts_of_the_site = await inside.locator('script').count();
  await screen('section');

  // The card with the headline somebody does not want, by a click on the page itself.
  const unwanted = inside.locator('div[data-r-state=in]').first();
  seen.unwanted = await unwanted.innerText();
  await Promise.all([page.waitForNavigation(), unwanted.click({ position: { x: 8, y: 8 } })]);
  await settled();
  seen.left = await count();
  seen.definition = await page.locator('#definition').inputValue();
  await screen('excluded');

  // Read an article, and say by a click where its lede is.
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Read' }).first().click()]);
  await settled();
  seen.text = await page.locator('#text').innerText();
  await page.locator('input[name=field][value=lede]').check();
  const article = page.frameLocator('#article');
  await Promise.all([page.waitForNavigation(), article.locator('p').nth(5).click()]);
  await settled();
  seen.pointed = await page.locator('#definition').inputValue();
  await page.locator('#article-heading').scrollIntoViewIfNeeded();
  await screen('article');

  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], iframes: false }));
  for (const violation of found.violations) seen.findings.push(`${violation.id}: ${violation.nodes[0].html.slice(0, 140)}`);

  await page.locator('button[value="automatic:lede"]').click();
  await settled();
  await page.locator('input[name=name]').fill('talbote');
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Save as a feed' }).click()]);
  seen.saved = await page.locator('#saved').innerText();
  seen.addresses = await page.locator('main a').allInnerTexts();
  await screen('saved');
  await browser.close();
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(error); process.exit(1); });
