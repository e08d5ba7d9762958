'use strict';
// Tells the page around this one what was clicked. Nothing else runs here.
const tell = (event) => {
  const card = event.target.closest('[data-r-kind]');
  const element = event.target.closest('[data-r-element]');
  event.preventDefault();
  event.stopPropagation();
  if (card) parent.postMessage({ kind: card.dataset.rKind, state: card.dataset.rState }, '*');
  else if (element) parent.postMessage({ element: element.dataset.rElement }, '*');
};
addEventListener('click', tell, true);
addEventListener('keydown', (event) => { if (event.key === 'Enter') tell(event); }, true);
