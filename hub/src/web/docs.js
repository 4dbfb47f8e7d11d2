fetch('/api/openapi.json').then((answer) => answer.json()).then((api) => {
  const list = document.getElementById('list');
  let area = '';
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.tags[0] !== area) {
        area = operation.tags[0];
        list.append(Object.assign(document.createElement('h2'), { textContent: area }));
      }
      const details = document.createElement('details');
      const summary = document.createElement('summary');
      summary.append(Object.assign(document.createElement('b'), { textContent: method.toUpperCase() }));
      summary.append(Object.assign(document.createElement('code'), { textContent: path }), ` — ${operation.summary}`);
      const refs = new Set(JSON.stringify(operation).match(/#\/components\/schemas\/\w+/g) ?? []);
      const shapes = Object.fromEntries([...refs].map((ref) => [ref.split('/').pop(), api.components.schemas[ref.split('/').pop()]]));
      details.append(summary, Object.assign(document.createElement('pre'), { textContent: JSON.stringify({ ...operation, shapes }, null, 2) }));
      list.append(details);
    }
  }
});
