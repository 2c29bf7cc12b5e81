/// The script of reports: draws every figure, and leaves on the page what came of it.
enum ReportScript {
  /// The script. A figure that cannot be drawn tells a reader why. A program finds `data-report` of the root element `drawn`
  /// when all is done, what went wrong counted in `data-faults`, and at each figure the number of its visible marks.
  static let source = """
    'use strict';
    (() => {
      const root = document.documentElement;
      let faults = 0;
      const fault = () => { root.dataset.faults = String(++faults); };
      root.dataset.faults = '0';
      for (const kind of ['error', 'unhandledrejection', 'securitypolicyviolation']) addEventListener(kind, fault);
      const page = JSON.parse(document.getElementById('figures').textContent);
      const options = {
        mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, tooltip: false, defaultStyle: false,
        config: page.config,
      };
      const marks = element => [...element.querySelectorAll('.role-mark path, .role-mark line, .role-mark rect')]
        .filter(mark => {
          const box = mark.getBoundingClientRect();
          return (box.width > 0 || box.height > 0) && getComputedStyle(mark).strokeOpacity !== '0';
        }).length;
      const draw = async element => {
        try {
          await vegaEmbed(element, page.specs[element.dataset.chart], options);
          element.dataset.marks = String(marks(element));
        } catch (error) {
          element.classList.add('failed');
          element.textContent = 'This figure could not be drawn: ' + error;
          fault();
        }
      };
      const all = [...document.querySelectorAll('[data-chart]')];
      // Paper cannot be clicked on.
      addEventListener('beforeprint', () => { for (const part of document.querySelectorAll('details')) part.open = true; });
      const check = image => image.decode().catch(fault);
      Promise.all([...all.map(draw), ...[...document.images].map(check)]).then(() => { root.dataset.report = 'drawn'; });
    })();
    """
}
