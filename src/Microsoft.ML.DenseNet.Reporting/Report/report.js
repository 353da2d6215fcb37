(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("figure-data").textContent);
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  // Distances are compared in the drawing's own units, in which marks are given.
  const reach = 40;

  const spotOf = svg => {
    let spot = svg.querySelector(".spot");
    if (!spot) {
      spot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      spot.setAttribute("class", "spot");
      spot.setAttribute("r", "6");
      svg.append(spot);
    }
    return spot;
  };

  const hide = svg => {
    tip.hidden = true;
    spotOf(svg).setAttribute("visibility", "hidden");
  };

  // From a point to a mark: to its point, or to the nearest point of its bar.
  const squaredDistance = (at, [x, y, , fromX = x, fromY = y]) => {
    const dx = x - fromX, dy = y - fromY, length = dx * dx + dy * dy;
    const along = length ? Math.min(1, Math.max(0, ((at.x - fromX) * dx + (at.y - fromY) * dy) / length)) : 0;
    return (fromX + along * dx - at.x) ** 2 + (fromY + along * dy - at.y) ** 2;
  };

  const show = (svg, marks, event) => {
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    let best = null;
    let distance = reach * reach;
    for (const mark of marks()) {
      const off = squaredDistance(at, mark);
      if (off < distance) [best, distance] = [mark, off];
    }
    if (!best) return hide(svg);
    const spot = spotOf(svg);
    spot.setAttribute("cx", best[0]);
    spot.setAttribute("cy", best[1]);
    spot.setAttribute("visibility", "visible");
    tip.textContent = best[2];
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const x = Math.min(event.clientX + 14, innerWidth - box.width - 6);
    const y = event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18;
    tip.style.left = Math.max(6, x) + "px";
    tip.style.top = Math.max(6, y) + "px";
  };

  const watch = (svg, marks) => {
    svg.addEventListener("pointermove", event => show(svg, marks, event));
    svg.addEventListener("pointerdown", event => show(svg, marks, event));
    svg.addEventListener("pointerleave", () => hide(svg));
  };

  const step = (figure, values) => {
    const [button, slider, moment] = figure.querySelectorAll("button, input, output");
    const forms = ["wide", "narrow"].map(form => ({ svg: figure.querySelector(`.${form} svg`), corners: values[form] }));
    let timer = 0;
    const draw = () => {
      const frame = values.frames[slider.value];
      moment.textContent = values.moments[slider.value];
      slider.setAttribute("aria-valuetext", moment.textContent);
      for (const { svg, corners } of forms) {
        const bars = svg.querySelectorAll("g:last-of-type rect");
        frame.forEach((share, row) => {
          const [, bottom, top] = corners[row];
          bars[row].setAttribute("y", bottom - (bottom - top) * share);
          bars[row].setAttribute("height", (bottom - top) * share);
        });
      }
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Play";
    };
    slider.addEventListener("input", () => { stop(); draw(); });
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (slider.value === slider.max) slider.value = 0;
      draw();
      button.textContent = "Pause";
      timer = setInterval(() => {
        if (slider.value === slider.max) return stop();
        slider.value = +slider.value + 1;
        draw();
      }, 250);
    });
    for (const { svg, corners } of forms)
      watch(svg, () => corners.map(([x, bottom, top], row) => {
        const share = values.frames[slider.value][row];
        return [x, bottom - (bottom - top) * share, `${values.rows[row]}\nProbability ${+(100 * share).toFixed(1)} %`, x, bottom];
      }));
  };

  for (const [id, values] of Object.entries(data)) {
    const figure = document.getElementById(id);
    if (values.frames) {
      step(figure, values);
      continue;
    }
    for (const form of ["wide", "narrow"]) {
      const marks = values[form].map(([x, y, text, ...from]) => [x, y, values.texts[text], ...from]);
      watch(figure.querySelector(`.${form} svg`), () => marks);
    }
  }
})();
