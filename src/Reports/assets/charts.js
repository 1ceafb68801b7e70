// Draws the charts of a page from plain data: theme colours and units are put in here, so that a reader can change them.
'use strict';
const Charts = (() => {
  const light = { ink: '#1b2430', muted: '#5d6b7a', grid: '#dfe4ea', paper: '#ffffff', good: '#00695c', bad: '#b8470b', open: '#9a6700', first: '#1d5fa8', second: '#8a4b08',
    category: ['#2b3440', '#00695c', '#c2570c', '#1d5fa8', '#8e3b86'] };
  const dark = { ink: '#e6ebf1', muted: '#9aa7b5', grid: '#323c48', paper: '#151b22', good: '#4db6a4', bad: '#f2934c', open: '#e2b04a', first: '#6fb1f2', second: '#e0a15c',
    category: ['#d5dce4', '#4db6a4', '#f2934c', '#6fb1f2', '#d48fcd'] };
  const shapes = ['square', 'triangle-up', 'diamond', 'circle', 'cross'];
  const units = {
    Time: { s: 1, ms: 1e-3, 'µs': 1e-6 }, Rate: { 'GFLOP/s': 1e9, 'TFLOP/s': 1e12 },
    Memory: { MiB: 1048576, GiB: 1073741824, MB: 1e6, GB: 1e9, B: 1 }, Energy: { J: 1, mJ: 1e-3, Wh: 3600, 'µJ': 1e-6 }
  };
  const chosen = {};
  const palette = () => document.documentElement.dataset.theme === 'dark' ? dark : light;

  const unpack = columns => {
    const fields = Object.keys(columns);
    const count = fields.length ? columns[fields[0]].length : 0;
    return Array.from({ length: count }, (_, i) => Object.fromEntries(fields.filter(f => columns[f][i] !== null).map(f => [f, columns[f][i]])));
  };

  // The unit in which the middle value of a quantity has few digits.
  const automatic = (quantity, values) => {
    const sorted = values.filter(v => v > 0).sort((a, b) => a - b);
    const middle = sorted.length ? sorted[sorted.length >> 1] : 1;
    const candidates = { Time: ['s', 'ms', 'µs'], Rate: ['TFLOP/s', 'GFLOP/s'], Memory: ['GiB', 'MiB'], Energy: ['J', 'mJ', 'µJ'] }[quantity];
    return candidates.find(unit => middle >= 0.5 * units[quantity][unit]) || candidates[candidates.length - 1];
  };

  const configuration = p => ({
    background: null, aria: false, font: 'Inter, system-ui, sans-serif', padding: { left: 2, right: 10, top: 4, bottom: 2 },
    view: { stroke: null, continuousWidth: 520 },
    axis: { labelColor: p.muted, titleColor: p.ink, titleFontWeight: 400, titleFontSize: 10.5, labelFontSize: 10, gridColor: p.grid, domainColor: p.muted, tickColor: p.muted, gridWidth: 0.7, titlePadding: 7, labelFlush: false },
    axisY: { labelColor: p.ink },
    legend: { labelColor: p.ink, titleColor: p.muted, titleFontWeight: 400, titleFontSize: 10, labelFontSize: 10, orient: 'top', offset: 6, symbolStrokeWidth: 1.4, symbolOpacity: 1 },
    header: { labelColor: p.ink, labelFontSize: 10.5, titleColor: p.muted }, title: { color: p.ink }, text: { color: p.ink }, line: { strokeWidth: 1.7 },
    range: { category: p.category, symbol: shapes }
  });

  // The spec with data, colours and units in place.
  const prepare = chart => {
    const p = palette();
    const rows = chart.rowsNow || (chart.rowsNow = unpack(chart.rows));
    const picked = {};
    for (const [field, quantity] of Object.entries(chart.units || {})) {
      picked[quantity] = picked[quantity] || chosen[quantity] || automatic(quantity, rows.map(r => r[field]).filter(v => v !== undefined));
    }
    const values = Object.keys(chart.units || {}).length === 0 ? rows : rows.map(row => {
      const scaled = { ...row };
      for (const [field, quantity] of Object.entries(chart.units)) if (scaled[field] !== undefined) scaled[field] /= units[quantity][picked[quantity]];
      return scaled;
    });
    const text = JSON.stringify(chart.spec).replace(/\{(time|rate|memory|energy|ink|muted|grid|paper|good|bad|open|first|second|c[0-4])\}/g, (whole, name) => {
      if (/^c\d$/.test(name)) return p.category[+name[1]];
      const quantity = name[0].toUpperCase() + name.slice(1);
      return units[quantity] ? picked[quantity] || '' : p[name];
    });
    const spec = JSON.parse(text);
    if (!spec.facet && !spec.vconcat && spec.width === undefined) spec.width = chart.width || 664;
    if (spec.vconcat) spec.vconcat.forEach(part => { if (part.width === undefined) part.width = chart.width || 610; });
    spec.$schema = 'https://vega.github.io/schema/vega-lite/v6.json';
    spec.data = { name: 'rows' };
    spec.datasets = { rows: values };
    if (!spec.facet && !spec.vconcat) spec.autosize = { type: 'fit-x', contains: 'padding' };
    spec.config = configuration(p);
    return spec;
  };

  const draw = async (element, chart) => {
    const result = await vegaEmbed(element, prepare(chart), {
      renderer: 'svg', actions: false, ast: true, defaultStyle: false, logLevel: 1,
      tooltip: { theme: 'custom', disableDefaultStyle: true, offsetX: 12, offsetY: 12 }
    });
    if (element.finish) element.finish();
    element.finish = () => result.finalize();
    return result;
  };

  const toCsv = (fields, rows) => {
    // A cell that a spreadsheet would take for a formula is made text.
    const cell = value => {
      if (value === undefined || value === null) return '';
      if (typeof value === 'number') return String(value);
      const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : String(value);
      return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    return [fields.join(','), ...rows.map(row => fields.map(f => cell(row[f])).join(','))].join('\r\n') + '\r\n';
  };

  const download = (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = name + '.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  return { draw, prepare, unpack, toCsv, download, chosen, units };
})();
