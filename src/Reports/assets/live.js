'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const state = { runs: [], chosen: new Set(), measurements: [], total: 0, baseline: null, candidate: null, raw: null, charts: {}, complete: '' };
  window.sparseprof = { events: 0, drawn: 0, errors: [], ready: false, state };
  const get = async path => { const answer = await fetch(path, { cache: 'no-store' }); if (!answer.ok) throw new Error(path + ': ' + await answer.text()); return answer.json(); };
  const element = (name, text, classes) => { const made = document.createElement(name); if (text !== undefined && text !== null) made.textContent = text; if (classes) made.className = classes; return made; };

  const setTheme = name => { document.documentElement.dataset.theme = name; byId('theme').textContent = name === 'dark' ? 'Light' : 'Dark'; };
  setTheme(window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  byId('theme').addEventListener('click', () => { setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'); drawAll(); drawRaw(); });
  for (const select of document.querySelectorAll('select[data-unit]')) select.addEventListener('change', () => { Charts.chosen[select.dataset.unit] = select.value; drawAll(); drawRaw(); });

  const showNow = now => {
    byId('doing').textContent = !state.runs.length ? 'The database holds no run yet. sparseprof measure starts one; it appears here by itself.' : now ? (now.op ? 'Run ' + now.run + ' measures ' + now.op + '.' : 'Run ' + now.run + ' is starting.') : 'No run is in progress.';
    const run = now && state.runs.find(r => r.id === now.run);
    const gauges = now ? [['complete', run ? String(run.complete) : '0', 'measurements of this run'], ['samples', String(now.samples), 'of the measurement in progress'],
      ['power', now.power_w === null ? 'unknown' : now.power_w.toFixed(1) + ' W', now.power_w === null ? 'no counter' : 'last reading'],
      ['clock', now.clock_hz === null ? 'unknown' : (now.clock_hz / 1e9).toFixed(2) + ' GHz', now.clock_hz === null ? 'not recorded' : 'last reading']] : [];
    byId('gauges').replaceChildren(...gauges.map(([label, value, note]) => { const box = element('div'); box.append(element('dt', label), element('dd', value, 'value'), element('dd', note)); return box; }));
  };

  const showRuns = () => {
    byId('run-table').tBodies[0].replaceChildren(...state.runs.slice().reverse().map(run => {
      const line = element('tr');
      const box = element('input'); box.type = 'checkbox'; box.checked = state.chosen.has(run.id); box.setAttribute('aria-label', 'Show run ' + run.id);
      box.addEventListener('change', () => { if (box.checked) state.chosen.add(run.id); else state.chosen.delete(run.id); refresh(); });
      const first = element('td'); first.append(box);
      line.append(first, element('td', run.id, 'n'), element('td', run.device), element('td', run.started_utc.slice(0, 16).replace('T', ' ')), element('td', run.outcome || 'in progress'), element('td', run.complete, 'n'), element('td', run.command));
      return line;
    }));
  };

  const showMeasurements = () => {
    const wanted = byId('filter').value.toLowerCase();
    const rows = state.measurements.filter(m => !wanted || [m.what, m.pattern, m.kernel, m.mode, m.caveats].join(' ').toLowerCase().includes(wanted));
    byId('shown').textContent = rows.length + ' of ' + state.total + ' measurements' + (state.total > state.measurements.length ? ' (the newest ' + state.measurements.length + ' can be filtered)' : '');
    byId('measurement-table').tBodies[0].replaceChildren(...rows.map(m => {
      const line = element('tr');
      for (const role of ['baseline', 'candidate']) {
        const pick = element('td');
        const radio = element('input'); radio.type = 'radio'; radio.name = role; radio.checked = state[role] === m.id; radio.title = role; radio.setAttribute('aria-label', role + ': measurement ' + m.id);
        radio.addEventListener('change', () => { state[role] = m.id; compare(); });
        pick.append(radio);
        line.append(pick);
      }
      const time = element('td', null, 'n');
      const link = element('button', m.text, 'link'); link.type = 'button'; link.title = 'raw samples'; link.addEventListener('click', () => showRaw(m.id));
      time.append(link);
      line.append(element('td', m.id, 'n'), element('td', m.what), element('td', m.pattern), element('td', m.kernel), element('td', m.mode), time, element('td', m.samples, 'n'), element('td', m.caveats));
      return line;
    }));
  };

  const compare = async () => {
    if (state.baseline === null || state.candidate === null || state.baseline === state.candidate) return;
    try {
      const result = await get('compare/' + state.baseline + '/' + state.candidate);
      byId('comparison').textContent = 'Measurement ' + state.candidate + ' is ' + { faster: 'faster than ', slower: 'slower than ', same: 'the same as ', undecided: 'undecided against ' }[result.verdict] + state.baseline + ': speedup ' + result.text + '.';
    } catch (error) { byId('comparison').textContent = error.message; }
  };

  const drawAll = async () => {
    const holder = byId('figures');
    const wanted = Object.keys(state.charts);
    for (const old of [...holder.children]) if (!wanted.includes(old.dataset.chart)) old.remove();
    // All figures first: how wide one is depends on how many there are.
    const figures = wanted.map(id => {
      let figure = [...holder.children].find(child => child.dataset.chart === id);
      if (!figure) {
        figure = element('figure', null, 'chart'); figure.dataset.chart = id;
        const plot = element('div', null, 'plot'); plot.setAttribute('role', 'img');
        figure.append(element('figcaption'), plot, element('p', null, 'reading'));
        holder.append(figure);
      }
      return figure;
    });
    for (const [i, id] of wanted.entries()) {
      const [chart, figure] = [state.charts[id], figures[i]];
      // What is there already is shown, and answers, while the next is drawn.
      await new Promise(resolve => setTimeout(resolve));
      figure.children[0].textContent = chart.title;
      figure.children[1].setAttribute('aria-label', chart.alternative);
      figure.children[2].textContent = chart.reading;
      // Drawn at the width it has, so that its text keeps its size.
      chart.width = Math.max(320, Math.floor(figure.children[1].clientWidth));
      try { await Charts.draw(figure.children[1], chart); window.sparseprof.drawn++; } catch (error) { window.sparseprof.errors.push(id + ': ' + error.message); }
    }
  };

  const drawRaw = async () => {
    if (!state.raw) return;
    const { seconds } = state.raw;
    const plot = byId('raw-figure').querySelector('.plot');
    await Charts.draw(plot, {
      width: Math.max(320, Math.min(900, plot.clientWidth)),
      units: { time_s: 'Time', low: 'Time', high: 'Time' },
      rows: { order: seconds.map((_, i) => i + 1), time_s: seconds, low: seconds.map(() => state.raw.low_s), high: seconds.map(() => state.raw.high_s) },
      spec: { height: 200, encoding: { x: { field: 'order', type: 'quantitative', title: 'sample, in the order taken' } }, layer: [
        { mark: { type: 'area', opacity: 0.2, color: '{first}' }, encoding: { y: { field: 'low', type: 'quantitative', scale: { zero: false }, title: 'time ({time})' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 14, color: '{first}' }, encoding: { y: { field: 'time_s', type: 'quantitative' }, tooltip: [{ field: 'order' }, { field: 'time_s', title: 'time ({time})', format: '.4~r' }] } }] }
    });
  };

  const showRaw = async id => {
    state.raw = await get('samples/' + id);
    byId('raw').hidden = false;
    byId('raw-title').textContent = 'Measurement ' + id + ', ' + state.raw.what + ' ' + state.raw.pattern + ', ' + state.raw.kernel + ': ' + state.raw.text + ' from ' + state.raw.samples + ' samples' + (state.raw.samples > state.raw.seconds.length ? ', of which every k-th is drawn (' + state.raw.seconds.length + ')' : '') + '. Band: 95 % interval of the median.';
    await drawRaw();
    byId('raw').scrollIntoView({ block: 'start' });
  };
  byId('raw-csv').addEventListener('click', () => Charts.download('samples-' + state.raw.id, Charts.toCsv(['sample', 'time_s'], state.raw.seconds.map((s, i) => ({ sample: i + 1, time_s: s })))));
  byId('filter').addEventListener('input', showMeasurements);

  let refreshing = null, again = false, lastCharts = 0;
  const refresh = () => {
    if (refreshing) { again = true; return refreshing; }
    refreshing = (async () => {
      do {
        again = false;
        const runs = [...state.chosen].sort((a, b) => a - b);
        try {
          // Charts cost more than rows: while a run goes on they follow every few seconds.
          const pause = 3000 - (performance.now() - lastCharts);
          const due = pause <= 0 || lastCharts === 0 || !state.busy;
          const charts = due && (runs.length ? get('charts/' + runs.join(',')) : { charts: {}, left_out: 0 });
          // A refusal is told where it is awaited.
          Promise.resolve(charts).catch(() => {});
          const answers = await Promise.all(runs.map(run => get('measurements/' + run)));
          state.measurements = answers.flatMap(answer => answer.rows);
          state.total = answers.reduce((sum, answer) => sum + answer.total, 0);
          showMeasurements();
          // Estimates of a large database come by and by.
          if (answers.some(answer => answer.pending > 0)) setTimeout(refresh, 500);
          if (due) {
            const drawn = await charts;
            state.charts = drawn.charts;
            byId('charted').textContent = !runs.length ? 'Choose a run to see its charts.' : drawn.left_out > 0 ? 'Charts show the newest measurements; ' + drawn.left_out + ' older ones are left out.' : '';
            lastCharts = performance.now();
            await drawAll();
          } else setTimeout(refresh, pause);
        } catch (error) { byId('status').textContent = error.message; }
      } while (again);
      window.sparseprof.ready = true;
    })().finally(() => { refreshing = null; });
    return refreshing;
  };

  const take = news => {
    const known = new Set(state.runs.map(r => r.id));
    state.runs = news.runs;
    state.busy = !!news.now;
    // The newest run is shown unless the reader has chosen.
    const newest = news.runs.at(-1);
    if (newest && !known.has(newest.id)) { if (known.size === 0 || newest.ended_utc === null) state.chosen = new Set([newest.id]); }
    showRuns();
    showNow(news.now);
    const complete = news.runs.map(r => r.id + ':' + r.complete).join();
    if (complete !== state.complete) { state.complete = complete; refresh(); }
  };

  const events = new EventSource('events');
  events.onopen = () => { byId('status').textContent = 'live'; byId('status').className = 'on'; };
  events.onerror = () => { byId('status').textContent = 'not connected; trying again'; byId('status').className = ''; };
  events.onmessage = message => { window.sparseprof.events++; take(JSON.parse(message.data)); };
})();
