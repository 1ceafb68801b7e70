'use strict';
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const figures = [...document.querySelectorAll('figure[data-chart]')];
  window.sparseprof = { drawn: 0, charts: figures.length, errors: [], ready: false };

  const drawAll = async () => {
    window.sparseprof.ready = false;
    window.sparseprof.drawn = 0;
    await document.fonts.ready;
    for (const figure of figures) {
      try {
        await Charts.draw(figure.querySelector('.plot'), charts[figure.dataset.chart]);
        window.sparseprof.drawn++;
      } catch (error) {
        window.sparseprof.errors.push(figure.dataset.chart + ': ' + error.message);
        figure.querySelector('.plot').textContent = 'This figure could not be drawn; its data are below.';
      }
    }
    window.sparseprof.ready = true;
  };

  // Numbers of tables in the unit that was chosen; the text as it was where the choice is automatic.
  const digits = v => { const a = Math.abs(v); return a === 0 ? '0' : a >= 1e6 || a < 1e-3 ? v.toExponential(2) : a >= 99.95 ? v.toFixed(0) : a >= 9.995 ? v.toFixed(1) : a >= 0.0995 ? v.toFixed(2) : v.toFixed(4); };
  const retable = () => {
    for (const cell of document.querySelectorAll('td[data-q]')) {
      const scales = Charts.units[cell.dataset.q];
      if (!scales) continue;
      if (cell.dataset.text === undefined) cell.dataset.text = cell.innerHTML;
      const unit = Charts.chosen[cell.dataset.q];
      if (!unit) { cell.innerHTML = cell.dataset.text; continue; }
      cell.textContent = digits(cell.dataset.v / scales[unit]) + ' ' + unit;
      if (cell.dataset.l !== undefined) {
        const small = document.createElement('small');
        small.textContent = ' ' + digits(cell.dataset.l / scales[unit]) + ' – ' + digits(cell.dataset.h / scales[unit]);
        cell.append(small);
      }
    }
  };

  for (const select of document.querySelectorAll('select[data-unit]')) {
    select.addEventListener('change', () => { Charts.chosen[select.dataset.unit] = select.value; retable(); drawAll(); });
  }

  const theme = document.getElementById('theme');
  const setTheme = name => { document.documentElement.dataset.theme = name; theme.textContent = name === 'dark' ? 'Light' : 'Dark'; };
  theme.addEventListener('click', () => { setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'); drawAll(); });
  document.getElementById('print').addEventListener('click', () => window.print());
  let before = 'light';
  const screenDark = window.matchMedia('(prefers-color-scheme: dark)').matches && !window.matchMedia('print').matches;
  setTheme(screenDark ? 'dark' : 'light');
  window.addEventListener('beforeprint', () => { before = document.documentElement.dataset.theme; if (before === 'dark') { setTheme('light'); drawAll(); } });
  window.addEventListener('afterprint', () => { if (before === 'dark') { setTheme('dark'); drawAll(); } });

  const rowsOf = id => charts[id].rowsNow || (charts[id].rowsNow = Charts.unpack(charts[id].rows));
  const fieldsOf = id => Object.keys(charts[id].rows);
  for (const details of document.querySelectorAll('details.data')) {
    details.addEventListener('toggle', () => {
      const holder = details.querySelector('.rows');
      if (!details.open || holder.childElementCount) return;
      const id = details.closest('figure').dataset.chart;
      const table = document.createElement('table');
      const head = table.createTHead().insertRow();
      for (const field of fieldsOf(id)) { const th = document.createElement('th'); th.scope = 'col'; th.textContent = field; head.append(th); }
      const body = table.createTBody();
      for (const row of rowsOf(id)) { const line = body.insertRow(); for (const field of fieldsOf(id)) line.insertCell().textContent = row[field] ?? ''; }
      holder.append(table);
    });
  }

  for (const button of document.querySelectorAll('button.csv')) {
    button.addEventListener('click', () => {
      const { rows: chart, table: name } = button.dataset;
      if (chart) return Charts.download(chart, Charts.toCsv(fieldsOf(chart), rowsOf(chart)));
      const table = button.closest('table');
      const heads = [...table.tHead.rows[0].cells].map(th => th.dataset.name);
      const fields = heads.flatMap((h, i) => [...table.tBodies[0].rows].some(r => r.cells[i].dataset.l !== undefined) ? [h, h + '_low', h + '_high'] : [h]);
      const rows = [...table.tBodies[0].rows].map(line => Object.fromEntries([...line.cells].flatMap((cell, i) => cell.dataset.v === undefined
        ? [[heads[i], cell.textContent]]
        : [[heads[i], +cell.dataset.v], [heads[i] + '_low', cell.dataset.l === undefined ? null : +cell.dataset.l], [heads[i] + '_high', cell.dataset.h === undefined ? null : +cell.dataset.h]])));
      Charts.download(name, Charts.toCsv(fields, rows));
    });
  }

  // Long tables: a filter, and sorting by a column.
  for (const block of document.querySelectorAll('.table.dense')) {
    const table = block.querySelector('table');
    const body = table.tBodies[0];
    const filter = document.createElement('input');
    filter.type = 'search'; filter.placeholder = 'filter rows'; filter.className = 'filter screen'; filter.setAttribute('aria-label', 'Filter the rows of ' + table.caption.firstChild.textContent);
    filter.addEventListener('input', () => { const wanted = filter.value.toLowerCase(); for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    block.prepend(filter);
    [...table.tHead.rows[0].cells].forEach((th, i) => {
      // Not a button element: Chromium does not repeat a heading with one on the next page of a print.
      const button = document.createElement('span'); button.setAttribute('role', 'button'); button.tabIndex = 0; button.className = 'sort'; button.textContent = th.textContent; th.replaceChildren(button);
      button.addEventListener('keydown', event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); button.click(); } });
      button.addEventListener('click', () => {
        const down = th.getAttribute('aria-sort') === 'ascending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const key = row => row.cells[i].dataset.v === undefined ? row.cells[i].textContent : +row.cells[i].dataset.v;
        const order = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
        [...body.rows].sort((a, b) => (down ? -1 : 1) * order(key(a), key(b))).forEach(row => body.append(row));
      });
    });
  }

  drawAll();
})();
