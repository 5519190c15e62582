/** The element of the page that has this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element. Text is only ever set as text, so that nothing from a model or an answer becomes markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Which of the radio buttons of a name is chosen. */
export function chosen(name) {
  return document.querySelector(`input[name="${name}"]:checked`).value;
}
