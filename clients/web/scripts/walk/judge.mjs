/** What a program can see of a screen by itself; whether it is beautiful, only a person can. Runs inside the page. */
export function judge({ foreign, ignored }) {
  const found = [];
  const scroller = document.scrollingElement;
  if (scroller.scrollWidth > window.innerWidth + 1) {
    found.push(`horizontal scroll: ${scroller.scrollWidth} of ${window.innerWidth}`);
  }
  // The screen scrolls inside of its frame; a table may scroll sideways in its own box, the screen may not.
  for (const box of document.querySelectorAll('main, [role=dialog]')) {
    if (box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0)
      found.push(`sideways: ${box.tagName.toLowerCase()} ${box.scrollWidth} of ${box.clientWidth}`);
  }
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.opacity !== '0';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (text === '' || !element || element.closest('script, style, pre, code') || !shown(element)) continue;
    if (/\b(undefined|NaN|null|\[object)\b/.test(text)) found.push(`nonsense: ${text.slice(0, 80)}`);
    if (/^[a-z_]+(\.[a-z_]+)+$/.test(text)) found.push(`raw code: ${text}`);
    if (/\d{4}-\d{2}-\d{2}/.test(text) && !/^(SAL|RET)-/.test(text))
      found.push(`raw date: ${text.slice(0, 60)}`);
    // A date has dots, a name may have them; a sum or quantity of ours has the mark of its language.
    const raw =
      document.documentElement.lang === 'en'
        ? /^([\d\s]*\d,\d{1,2}|\d{4,}\.\d{1,3})(\s\S{1,3})?$/
        : /^[\d\s]*\d\.\d{1,3}(\s\S{1,3})?$/;
    if (raw.test(text) && !/^\d\d\.\d\d$/.test(text)) found.push(`raw number: ${text.slice(0, 60)}`);
    if (foreign.includes(text) && !ignored.includes(text)) found.push(`another language: ${text}`);
    if (seen.has(element)) continue;
    seen.add(element);
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (
        hides &&
        box.scrollWidth > box.clientWidth + 1 &&
        box.clientWidth > 8 &&
        style.webkitLineClamp === 'none'
      ) {
        found.push(`cut: ${text.slice(0, 60)}`);
        break;
      }
      if (/auto|scroll/.test(style.overflowX)) break;
    }
  }
  // What an empty field says of itself is read as a whole, or it says nothing.
  const ruler = document.createElement('canvas').getContext('2d');
  for (const field of document.querySelectorAll('input[placeholder]')) {
    if (field.value !== '' || !shown(field)) continue;
    const style = getComputedStyle(field);
    ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room =
      field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    if (ruler.measureText(field.placeholder).width > room + 1) found.push(`cut: ${field.placeholder}`);
  }
  for (const target of document.querySelectorAll('button, a[href], input, [role=button]')) {
    // A box to tick is pressed anywhere in its cell or on its words.
    const box = (
      target.closest('td, th') ??
      target.closest('label, .mantine-Checkbox-root, .mantine-Switch-root') ??
      target
    ).getBoundingClientRect();
    if (shown(target) && document.querySelector('[data-search]') && (box.height < 24 || box.width < 24)) {
      found.push(
        `small target ${Math.round(box.width)}×${Math.round(box.height)}: ${(target.getAttribute('aria-label') ?? target.textContent).slice(0, 40)}`,
      );
    }
  }
  return [...new Set(found)];
}
