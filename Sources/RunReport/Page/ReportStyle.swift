/// The style sheet of reports. Figures take their colours from its variables.
enum ReportStyle {
  static let sheet = """
    :root {
      --page: #fff; --card: #f7f7f5; --ink: #1b1d21; --muted: #5f6570; --line: #c9ccd1; --grid: #e9eaec;
      --note: #8a4b08; --note-card: #fdf5e8;
      --c1: #0067a8; --c2: #d1600a; --c3: #00856a; --c4: #b25a96; --c5: #b98300; --c6: #3c9bd6;
      color-scheme: light;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #15171a; --card: #1d2024; --ink: #e8e9eb; --muted: #9ba2ad; --line: #464b53; --grid: #292d33;
        --note: #f0b76a; --note-card: #2a2217;
        --c1: #5bb0ea; --c2: #f5935a; --c3: #45c8a4; --c4: #de9cc8; --c5: #e6b84c; --c6: #9bd0f5;
        color-scheme: dark;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 44px 24px 64px; max-width: 1008px; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif;
    }
    h1 { font-size: 28px; line-height: 1.2; font-weight: 650; letter-spacing: -0.012em; margin: 0 0 4px; overflow-wrap: anywhere; }
    h2 { font-size: 18px; font-weight: 650; letter-spacing: -0.005em; margin: 52px 0 14px; padding-top: 12px; border-top: 1px solid var(--line); }
    h3 { font-size: 14px; font-weight: 650; margin: 0 0 6px; }
    h3.apart { margin-top: 30px; }
    p { margin: 0 0 10px; max-width: 72ch; }
    code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12.5px; }
    .lead { color: var(--muted); margin-bottom: 26px; overflow-wrap: anywhere; }
    .tiles { display: grid; grid-template-columns: 1.45fr 1.25fr 0.85fr 1.1fr 1.05fr; gap: 24px 22px; margin: 0 0 8px; }
    .tile .name { color: var(--muted); font-size: 13px; }
    .tile .figure { font-size: 23px; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .tile .note { color: var(--muted); font-size: 13px; line-height: 1.4; }
    .warnings { list-style: none; margin: 26px 0 0; padding: 0; display: grid; gap: 10px; }
    .warnings li { background: var(--note-card); border-left: 3px solid var(--note); padding: 10px 14px; border-radius: 2px; }
    .warnings b { font-weight: 600; color: var(--note); }
    .doubtful { margin: 26px 0 0; } .doubtful b { color: var(--note); }
    .warnings li.doubt { border-left-width: 6px; }
    .good { margin: 26px 0 0; color: var(--muted); }
    .warnings.compact { gap: 3px; } .warnings.compact li { padding: 3px 14px; font-size: 13px; overflow-wrap: anywhere; }
    .warnings li.remark { background: var(--card); border-left-color: var(--line); color: var(--muted); }
    .figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 30px 20px; align-items: start; }
    figure { margin: 0; min-width: 0; }
    figure.wide { grid-column: 1 / -1; }
    figcaption { color: var(--muted); font-size: 13px; line-height: 1.45; margin-top: 6px; max-width: 92ch; }
    .caption { color: var(--muted); font-size: 13px; line-height: 1.45; margin-top: 10px; max-width: 92ch; }
    .chart svg { display: block; max-width: 100%; height: auto; }
    .chart .mark-rect path { shape-rendering: crispEdges; }
    .chart.failed { color: var(--note); border: 1px solid var(--note); padding: 10px; font-size: 13px; }
    .matrix { display: grid; gap: 10px 8px; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); align-items: end; }
    .matrix.lead-cell { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
    .matrix.lead-cell > :first-child { grid-row: span 2; }
    figure + .figures, .figures + .figures { margin-top: 30px; }
    .structures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(140px, 45%), 1fr)); gap: 10px 14px; margin-bottom: 8px; }
    .structures svg { display: block; width: 100%; height: auto; fill: var(--atom); stroke: var(--atom); stroke-width: 1.4; }
    .structures .back { fill: var(--page); }
    .structures circle { stroke-width: 0.8; stroke: var(--page); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0 0 16px; font-size: 14px; }
    .legend span::before { content: ''; display: inline-block; width: 20px; height: 3px; margin-right: 8px; vertical-align: middle; background: var(--swatch); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; vertical-align: top; padding: 5px 22px 5px 0; border-bottom: 1px solid var(--grid); }
    th { font-weight: 500; color: var(--muted); white-space: nowrap; }
    thead th { white-space: normal; overflow-wrap: anywhere; min-width: 11ch; color: var(--ink); font-weight: 650; border-bottom-color: var(--line); }
    td { overflow-wrap: anywhere; min-width: 8ch; }
    table.plain th, table.plain td { white-space: nowrap; min-width: 0; overflow-wrap: normal; }
    table.plain thead th { white-space: normal; }
    table.words th { white-space: normal; max-width: 56ch; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(200px, 100%), 1fr)); gap: 20px; }
    .pictures figcaption { white-space: pre-line; overflow-wrap: anywhere; }
    .pictures code { font-size: 11.5px; color: var(--ink); }
    .beside { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 30px 22px; align-items: start; }
    .beside .pictures { grid-template-columns: repeat(auto-fill, minmax(min(140px, 100%), 1fr)); gap: 14px; }
    .pictures img { display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--grid); border-radius: 3px; padding: 6px; }
    .pictures.few { grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); }
    details { margin-top: 18px; }
    summary { cursor: pointer; font-weight: 500; }
    pre { background: var(--card); padding: 14px 16px; overflow-x: auto; line-height: 1.5; border-radius: 3px; }
    footer { margin-top: 56px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
    @media (max-width: 720px) {
      body { padding: 24px 14px 40px; }
      .figures, .beside { grid-template-columns: minmax(0, 1fr); }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .tile:first-child { grid-column: 1 / -1; }
      .matrix { gap: 4px; }
      .matrix.lead-cell { grid-template-columns: minmax(0, 1fr); }
      th, td { padding-right: 14px; }
      th { white-space: normal; }
      .beside .pictures, .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
      .pictures.few { grid-template-columns: minmax(0, 1fr); }
    }
    @media print {
      @page { margin: 16mm 14mm; }
      body { padding: 0; max-width: none; font-size: 10.5pt; }
      h2 { margin-top: 26px; break-after: avoid; }
      h3 { break-after: avoid; }
      figure, .tile, .warnings li, tr { break-inside: avoid; }
      .figures { gap: 18px 14px; }
      figcaption, .tile .note, .tile .name { font-size: 9pt; }
      .tile .figure { font-size: 15pt; }
      table, .legend { font-size: 9.5pt; }
      pre { white-space: pre-wrap; }
    }
    """
}
