'use strict';
// Clicks inside a page become what the buttons of the form do.
const form = document.getElementById('change');
const act = (wish) => {
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'do';
  field.value = wish;
  form.append(field);
  document.body.classList.add('busy');
  form.submit();
};
addEventListener('message', (event) => {
  const frame = [...document.querySelectorAll('iframe')].find((frame) => frame.contentWindow === event.source);
  if (!form || !frame || !event.data) return;
  const { kind, state, element } = event.data;
  if (/^\d+$/.test(kind)) act(`${state === 'in' ? 'exclude' : 'include'}:${kind}`);
  else if (/^\d+$/.test(element)) {
    const field = form.querySelector('input[name=field]:checked');
    if (field) act(`field:${field.value}:${element}`);
  }
});
