// Copy buttons and the search box: nothing a reader could not do without.
const say = (text) => { document.getElementById('said').textContent = text; };

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Pages that come over plain HTTP have no clipboard but this one.
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('the browser does not allow it');
}

for (const button of document.querySelectorAll('button[data-copies]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const link = document.getElementById(button.dataset.copies);
    const shown = link.dataset.address;
    const label = button.textContent;
    try {
      await copy(shown.includes('://') ? shown : link.href);
      button.textContent = 'Copied';
      say('The address is in the clipboard.');
    } catch {
      button.textContent = 'Not copied';
      say('The browser did not allow it.');
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

const search = document.getElementById('search');
if (search) {
  const lines = [...document.querySelectorAll('[data-feed]')];
  search.closest('.search').hidden = false;
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of lines) {
      const text = line.textContent.toLowerCase();
      line.hidden = !words.every((word) => text.includes(word));
    }
    const left = lines.filter((line) => !line.hidden).length;
    say(`${left} of ${lines.length} feeds`);
    document.getElementById('none').hidden = left > 0;
  });
}
