// SPDX-License-Identifier: MIT; page.js: draws the HTML report from the JSON report inside it.
'use strict';
(() => {
  // Every text of the report goes through textContent: a hostile name stays a name.
  const report = JSON.parse(document.getElementById('report').textContent);
  const LEAKS = ['direct', 'indirect', 'possible', 'reachable'];
  const SECTIONS = [['thread', 'unjoined_threads'], ['suspect', 'suspects'], ['reclaimed', 'reclaimed'], ['false', 'false_leaks']];
  const KINDS = [...LEAKS, ...SECTIONS.map(([kind]) => kind)];
  const STEP = 500, ROW = 20;
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  };
  const number = (n) => n.toLocaleString('en-US');
  const size = (n) => {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let i = 0, v = n;
    while (v >= 1024 && i < units.length - 1) { v /= 1024; i++; }
    return i === 0 ? n + ' B' : v.toFixed(v < 10 ? 2 : 1) + ' ' + units[i];
  };
  const base = (path) => path.slice(path.lastIndexOf('/') + 1);
  const nameOf = (f) => f.function !== null ? f.function
    : f.module !== null ? base(f.module) + '+' + f.offset : f.pc;
  const placeOf = (f) => f.file !== null ? f.file + (f.line ? ':' + f.line + (f.column ? ':' + f.column : '') : '')
    : f.module !== null ? f.module + '+' + f.offset : '';
  const ofLibrary = (file) => /^\/usr\/(include|lib)\/|\/include\/c\+\+\/|^\.\.?\/(malloc|string|stdlib|libio|posix|nptl|csu|io|misc|elf|sysdeps|intl|locale)\//.test(file);

  // What is listed apart from the leaks has the name of its list for a kind.
  const listed = [...report.leaks.map((leak) => [leak.kind, leak]), ...SECTIONS.flatMap(([kind, list]) => (report[list] || []).map((leak) => [kind, leak]))];
  const leaks = listed.map(([kind, leak], index) => {
    const lined = leak.frames.filter((f) => f.file !== null && f.line);
    const first = lined.find((f) => !ofLibrary(f.file)) || lined[0] || leak.frames.find((f) => f.function !== null) || leak.frames[0];
    return {
      index, leak, kind, bytes: leak.bytes, objects: leak.objects, held: leak.held ? leak.held.bytes : 0,
      name: first ? nameOf(first) : 'unknown stack', place: first ? placeOf(first) : '', time: leak.first_time || '',
      text: (leak.frames.map((f) => nameOf(f) + ' ' + placeOf(f)).join(' ') + ' ' + leak.fingerprint).toLowerCase(),
    };
  });

  const state = { sort: 'bytes', down: true, filter: '', kinds: new Set(KINDS), weight: 'bytes', rows: STEP, open: new Set() };
  let shown = [];

  // The head of the page.
  const title = report.exe ? base(report.exe) : 'process ' + report.pid;
  document.title = 'leaks of ' + title;
  byId('title').textContent = 'Leaks of ' + title;
  byId('about').textContent = [report.exe, 'process ' + report.pid, 'check ' + report.check, report.reason && 'at ' + report.reason,
    report.time && report.time.slice(0, 19).replace('T', ' ') + ' UTC', 'leaksgc ' + report.version].filter(Boolean).join(' · ');
  for (const kind of [...LEAKS, 'suppressed']) {
    const amount = report.summary[kind];
    if (!amount || (amount.objects === 0 && kind !== 'direct')) continue;
    const tile = make('div', undefined, 'tile ' + kind);
    tile.append(make('b', size(amount.bytes)), make('span', kind + ', ' + number(amount.objects) + (amount.objects === 1 ? ' object' : ' objects')));
    tile.title = number(amount.bytes) + ' bytes';
    byId('tiles').append(tile);
  }
  for (const note of report.notes) byId('notes').append(make('li', note));
  byId('notes').hidden = report.notes.length === 0;
  for (const s of report.suppressions) {
    const row = make('tr');
    row.append(make('td', s.pattern, 'name'), make('td', number(s.bytes), 'n'), make('td', number(s.objects), 'n'));
    byId('suppressed').querySelector('tbody').append(row);
  }
  byId('suppressed').hidden = report.suppressions.length === 0;

  // The table.
  const COLUMNS = [['kind', 'kind'], ['bytes', 'bytes', 1], ['objects', 'objects', 1], ['held', 'holds', 1], ['name', 'allocated in'], ['place', 'where'], ['time', 'first allocated']];
  const compare = (a, b) => {
    const key = state.sort, x = key === 'kind' ? KINDS.indexOf(a.kind) : a[key], y = key === 'kind' ? KINDS.indexOf(b.kind) : b[key];
    const order = typeof x === 'number' ? x - y : x < y ? -1 : x > y ? 1 : 0;
    return (state.down ? -order : order) || a.index - b.index;
  };
  for (const [key, label, numeric] of COLUMNS) {
    const head = make('th', label, numeric ? 'n' : '');
    head.dataset.key = key;
    head.tabIndex = 0;
    const sort = () => {
      state.down = state.sort === key ? !state.down : !!numeric;
      state.sort = key;
      drawTable();
    };
    head.addEventListener('click', sort);
    head.addEventListener('keydown', (e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); sort(); } });
    byId('leaks').querySelector('thead tr').append(head);
  }
  const stackOf = (entry) => {
    const row = make('tr', undefined, 'stack'), cell = make('td'), list = make('ol', undefined, 'frames'), leak = entry.leak;
    cell.colSpan = COLUMNS.length;
    const threads = leak.threads.map((t) => t.id + (t.tag || t.name ? ' (' + (t.tag || t.name) + ')' : ''));
    cell.append(make('p', [threads.length && 'by thread ' + threads.slice(0, 8).join(', ') + (threads.length > 8 ? ', …' : ''),
      leak.last_reachable_check ? 'reachable in check ' + leak.last_reachable_check : '',
      leak.found_check ? 'lost since check ' + leak.found_check : '', 'fingerprint ' + leak.fingerprint].filter(Boolean).join(' · '), 'facts'));
    list.start = 0;
    for (const f of leak.frames) {
      const item = make('li', nameOf(f) + ' ');
      item.append(make('span', placeOf(f)));
      if (f.inlined) item.append(make('span', ' (inlined)'));
      if (f.folded) item.append(make('i', f.folded === 1 ? ' recursion: this call repeats' : ' recursion: these ' + f.folded + ' calls repeat'));
      if (f.unloaded) item.append(make('i', ' unloaded'));
      list.append(item);
    }
    cell.append(list);
    row.append(cell);
    return row;
  };
  const rowOf = (entry) => {
    const row = make('tr', undefined, 'row'), kind = make('td');
    kind.append(make('span', entry.kind, 'kind ' + entry.kind));
    row.append(kind, make('td', number(entry.bytes), 'n'), make('td', number(entry.objects), 'n'), make('td', entry.held ? number(entry.held) : '', 'n'),
      make('td', entry.name, 'name'), make('td', entry.place, 'place'), make('td', entry.time.slice(0, 19).replace('T', ' '), 'time'));
    row.addEventListener('click', () => {
      if (state.open.delete(entry)) row.nextSibling.remove();
      else { state.open.add(entry); row.after(stackOf(entry)); }
    });
    return row;
  };
  function drawTable() {
    const body = byId('leaks').querySelector('tbody'), rows = [];
    shown.sort(compare);
    for (const entry of shown.slice(0, state.rows)) {
      rows.push(rowOf(entry));
      if (state.open.has(entry)) rows.push(stackOf(entry));
    }
    body.replaceChildren(...rows);
    for (const head of byId('leaks').querySelectorAll('th'))
      head.setAttribute('aria-sort', head.dataset.key !== state.sort ? 'none' : state.down ? 'descending' : 'ascending');
    byId('more').hidden = shown.length <= state.rows;
    const bytes = shown.reduce((sum, e) => sum + e.bytes, 0);
    byId('count').textContent = number(shown.length) + (shown.length === 1 ? ' site, ' : ' sites, ') + size(bytes) +
      (shown.length < leaks.length ? ' of ' + number(leaks.length) + ' sites' : '');
  }
  byId('more').addEventListener('click', () => { state.rows += STEP; drawTable(); });

  // The flame graph: outermost function on top, each as wide as what it leaked.
  let root, zoomed;
  const hue = (name) => {
    let h = 0;
    for (let i = 0; i < name.length; i++) h = (h * 31 + name.charCodeAt(i)) | 0;
    return 8 + (h >>> 0) % 48;
  };
  function buildFlame() {
    root = { name: 'all', value: 0, depth: 0, children: new Map(), place: '' };
    for (const entry of shown) {
      if (!LEAKS.includes(entry.kind)) continue;
      let node = root;
      const value = entry[state.weight];
      root.value += value;
      const enter = (name, place) => {
        if (!node.children.has(name))
          node.children.set(name, { name, value: 0, depth: node.depth + 1, children: new Map(), parent: node, place });
        node = node.children.get(name);
        node.value += value;
      };
      for (let i = entry.leak.frames.length - 1; i >= 0; i--) {
        const f = entry.leak.frames[i];
        if (f.folded) enter('[recursion folded]', '');
        enter(nameOf(f), placeOf(f));
      }
    }
    zoomed = root;
  }
  const amount = (v) => state.weight === 'bytes' ? size(v) : number(v) + ' objects';
  function addCell(node, left, width, faded) {
    const cell = make('div', width > 24 ? node.name : '', faded ? 'cell faded' : 'cell');
    cell.style.left = left + 'px';
    cell.style.top = node.depth * ROW + 2 + 'px';
    cell.style.width = Math.max(width - 1, 1) + 'px';
    cell.style.background = node === root ? 'var(--line)' : 'hsl(' + hue(node.name) + ' 78% ' + (58 + hue(node.name) % 12) + '%)';
    if (node === root) cell.style.color = 'var(--ink)';
    cell.addEventListener('click', () => { zoomed = node; drawFlame(); });
    cell.addEventListener('mousemove', (e) => {
      const tip = byId('tip');
      tip.textContent = node.name + '\n' + amount(node.value) + ' · ' + (100 * node.value / (root.value || 1)).toFixed(1) + ' %' + (node.place ? '\n' + node.place : '');
      tip.hidden = false;
      tip.style.left = Math.min(e.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px';
      tip.style.top = Math.min(e.clientY + 16, innerHeight - tip.offsetHeight - 8) + 'px';
    });
    cell.addEventListener('mouseleave', () => { byId('tip').hidden = true; });
    byId('flame').append(cell);
  }
  function drawFlame() {
    const flame = byId('flame'), total = flame.clientWidth - 4;
    let deepest = zoomed.depth;
    flame.replaceChildren();
    byId('tip').hidden = true;
    for (let node = zoomed.parent; node; node = node.parent) addCell(node, 2, total, true);
    const work = [[zoomed, 2, total]];
    while (work.length > 0) {
      const [node, left, width] = work.pop();
      addCell(node, left, width, false);
      deepest = Math.max(deepest, node.depth);
      let at = left;
      for (const child of [...node.children.values()].sort((a, b) => b.value - a.value)) {
        const part = node.value > 0 ? width * child.value / node.value : 0;
        if (part >= 0.5) work.push([child, at, part]);
        at += part;
      }
    }
    flame.style.height = (deepest + 1) * ROW + 6 + 'px';
    byId('zoom').textContent = zoomed === root ? amount(root.value) : amount(zoomed.value) + ' in ' + zoomed.name + ' (a click on “all” zooms out)';
  }

  function update() {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    shown = leaks.filter((e) => state.kinds.has(e.kind) && words.every((w) => e.text.includes(w)));
    state.rows = STEP;
    drawTable();
    buildFlame();
    drawFlame();
  }
  for (const kind of KINDS) {
    if (!leaks.some((e) => e.kind === kind)) continue;
    const label = make('label'), box = make('input');
    box.type = 'checkbox';
    box.checked = true;
    box.addEventListener('change', () => { if (box.checked) state.kinds.add(kind); else state.kinds.delete(kind); update(); });
    label.append(box, ' ', make('span', kind, 'kind ' + kind));
    byId('kinds').append(label);
  }
  byId('filter').addEventListener('input', (e) => { state.filter = e.target.value; update(); });
  for (const radio of document.querySelectorAll('input[name=weight]'))
    radio.addEventListener('change', () => { state.weight = radio.value; buildFlame(); drawFlame(); });
  addEventListener('resize', drawFlame);
  byId('theme').addEventListener('click', () => {
    const html = document.documentElement, dark = html.dataset.theme ? html.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    html.dataset.theme = dark ? 'light' : 'dark';
  });
  update();
})();
