// Makes dashboard.json, which Grafana imports, of the table of panels. Its data source is a choice on the page.
import { dashboardRows, type PanelRow } from './dashboard-panels.ts';

const source = { type: 'prometheus', uid: '$datasource' };
const perLine = 4;
const [width, height] = [24 / perLine, 8];

/** The dashboard as text. */
export function dashboardFile(): string {
  const panels: object[] = [];
  let y = 0;
  for (const [title, row] of Object.entries(dashboardRows)) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
      panels: [],
    });
    y += 1;
    for (const [index, panel] of row.entries()) {
      const place = { h: height, w: width, x: (index % perLine) * width, y: y + Math.floor(index / perLine) * height };
      panels.push(panelOf(panel, panels.length + 1, place));
    }
    y += Math.ceil(row.length / perLine) * height;
  }
  const dashboard = {
    uid: 'messaging-backbone',
    title: 'Messaging: the backbone',
    description: 'Derived from ops/monitoring/dashboard-panels.ts by `npm run gen`; do not edit.',
    tags: ['messaging'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, hide: 0 },
      ],
    },
    annotations: { list: [] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelOf({ title, unit, says, shows }: PanelRow, id: number, gridPos: object): object {
  const isShare = unit === 'percentunit';
  return {
    id,
    type: 'timeseries',
    title,
    description: says,
    datasource: source,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(unit === 'bool_yes_no' || (isShare && title !== 'CPU') ? { max: 1 } : {}),
        custom: { drawStyle: 'line', lineWidth: 1, fillOpacity: 10, showPoints: 'never', spanNulls: false },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: Object.entries(shows).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: source,
      editorMode: 'code',
      range: true,
      expr,
      legendFormat,
    })),
  };
}
