import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from '../../e2e/browser.mjs';

const SHEET_PX = { width: 1240, height: 900 };

/** Pictures of one size, theme and language side by side, as many on a sheet as can still be judged. */
export async function sheets(pictures, folder) {
  const context = await (await launch()).newContext({ viewport: SHEET_PX });
  const groupOf = ({ size, scheme, language }) => `${size}_${scheme}_${language}`;
  for (const group of new Set(pictures.map(groupOf))) {
    const all = pictures.filter((picture) => groupOf(picture) === group);
    const narrow = Number(group.split('x')[0]) < 500;
    const [columns, rows] = narrow ? [5, 2] : [2, 3];
    for (let from = 0; from < all.length; from += columns * rows) {
      const page = await context.newPage();
      await page.goto(pathToFileURL(folder).href);
      await page.setContent(
        `<style>body{margin:8px;font:15px sans-serif;background:#888;display:grid;grid-template-columns:repeat(${columns},1fr);gap:10px;align-content:start}img{width:100%;display:block}figure{margin:0}</style>${all
          .slice(from, from + columns * rows)
          .map(({ file, name }) => `<figure>${name}<img src="${pathToFileURL(file).href}"></figure>`)
          .join('')}`,
      );
      await page.waitForFunction(() => [...document.images].every((image) => image.complete));
      await page.screenshot({
        path: join(folder, basename(`sheet_${group}_${1 + from / (columns * rows)}.png`)),
        fullPage: true,
      });
      await page.close();
    }
  }
  await context.close();
}
