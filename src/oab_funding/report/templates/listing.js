// Shows the listing of all institutions: DataTables sorts, searches and pages; a row opens its derivation.
// Nothing is computed here: numbers come as whole units and are only written.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("listing-data").textContent);
  const root = document.getElementById("listing");
  const { texts: t, strings, facts } = data;
  const kinds = Object.fromEntries(data.kinds.map((kind) => [kind.key, kind]));
  const shown = {};
  const order = new Intl.Collator(data.language, { numeric: true }).compare;

  function written(units, places) {
    if (units === null) return data.unknown;
    const digits = String(Math.abs(units)).padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, data.marks[0]);
    return (units < 0 ? "-" : "") + whole + (places ? data.marks[1] + digits.slice(-places) : "");
  }
  const euros = (cents) => `EUR\u00a0${written(cents, 2)}`;
  const text = (number) => (number === null || number === undefined ? "" : strings[number]);
  const escaped = (value) => value.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

  function element(name, content, attributes = {}) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...[content].flat());
    return made;
  }

  // ----------------------------------------------------------------- derivations, as [equation, meaning]
  const at = (kind, key) => kind.columns.findIndex(([name]) => name === key);
  const extra = (kind, row, number) => row[kind.columns.length + number];

  function sitesOf(column, value) {
    const sites = kinds.site;
    if (!sites) return [];
    const where = column === "school" ? sites.columns.length : at(sites, column);
    return sites.rows.filter((row) => row[where] === value);
  }

  const derive = {
    school(kind, row) {
      const score = row[at(kind, "score")];
      const [fresh, exact, old, loses] = [0, 1, 2, 3].map((number) => extra(kind, row, number));
      const sites = sitesOf("school", row[0]);
      const own = sites.map((site) => written(site[at(kinds.site, "score")], 2));
      const lines = sites.map((site, number) => [`${text(site[0])}: ${own[number]}`, text(site[1])]);
      if (sites.length > 1) lines.push([`${own.join(" + ")} = ${written(score, 2)}`, t["listing.sum"]]);
      lines.push(...facts.price);
      const price = facts.price.map(([equation]) => equation.split(" = ").pop()).slice(facts.factors);
      const gives = exact === null ? euros(fresh) : `EUR\u00a0${exact} -> ${euros(fresh)}`;
      lines.push([`${t["amount.amount"]} = ${[written(score, 2), ...price].join(" x ")} = ${gives}`,
        facts.amount_means]);
      if (old !== null) {
        const who = loses ? "losers" : "gainers";
        lines.push([`A = ${euros(old)}`, t["transition.a_means"]]);
        lines.push([`B = ${euros(fresh)}`, t["listing.b_means"]]);
        lines.push([`c = ${facts[who]}`, t[`transition.c_${who}`]]);
        lines.push([`${t["transition.paid"]} = B + (A - B) x c = ${euros(row[at(kind, "amount")])}`,
          t["transition.paid_means"]]);
      }
      return lines;
    },
    site(kind, row) {
      const [school, raw, threshold, difference] = [0, 1, 2, 3].map((number) => extra(kind, row, number));
      const pupils = row[at(kind, "pupils")];
      const lines = [[`E = ${written(pupils, 0)}`, t["site.e_means"]], [`A = ${written(raw, 2)}`, t["listing.a_means"]]];
      lines.push(...facts.national);
      if (threshold !== null) lines.push([`B = E x F x (C - G) -> ${written(threshold, 6)}`, t["site.b_means"]]);
      if (difference !== null) {
        lines.push([`A - B -> ${written(difference, 6)}`, difference < 0 ? t["site.below_zero"] : ""]);
      }
      lines.push([`${t["site.score"]} = ${written(row[at(kind, "score")], 2)}`, t["site.score_means"]]);
      const draws = at(kind, "draw_sd"), part = at(kind, "part");
      if (draws >= 0) lines.push([`${t["column.draw_sd"]} = ${written(row[draws], 2)}`, t["listing.draws_mean"]]);
      if (part >= 0) lines.push([`${t["part.part"]} = ${euros(row[part])}`, `${t["column.school"]} ${text(school)}`]);
      return lines;
    },
    board: (kind, row) => group("board", kind, row),
    municipality: (kind, row) => group("municipality", kind, row),
    province: (kind, row) => group("province", kind, row),
    municipal(kind, row) {
      const fresh = row[at(kind, "amount_new")], paid = row[at(kind, "amount")];
      const units = written(row[at(kind, "municipal_score")], 3);
      const [raised, old] = [extra(kind, row, 0), extra(kind, row, 1)];
      const lines = [[`s = H + I = ${units}`, t["municipal.s_means"]]];
      lines.push([`${t["amount.price"]} = ${facts.municipal_price}`, t["listing.municipal_price"]]);
      lines.push([`${t["amount.amount"]} = ${euros(fresh)}`, raised ? t["listing.raised"] : t["listing.product"]]);
      if (old !== null) {
        lines.push([`A = ${euros(old)}`, t["municipal.a_2018"]]);
        lines.push([`${t["transition.paid"]} = B + (A - B) x c = ${euros(paid)}`, t["listing.b_above"]]);
      }
      return lines;
    },
  };

  const MOST = 12;
  function group(column, kind, row) {
    const named = column === "municipality" ? row[at(kind, "name")] : row[0];
    const part = kinds.site ? at(kinds.site, "part") : -1;
    const sites = sitesOf(column, named).filter((site) => part >= 0 && site[part] !== null);
    sites.sort((one, other) => other[part] - one[part]);
    const lines = sites.slice(0, MOST).map((site) => [euros(site[part]), `${text(site[0])} ${text(site[1])}`]);
    if (sites.length > MOST) lines.push(["…", t["listing.more"].replace("{number}", sites.length - MOST)]);
    lines.push([euros(row[at(kind, "amount")]), t["listing.total"]]);
    return lines;
  }

  const command = { school: "school", site: "site", board: "board", municipality: "municipality", municipal: "municipality" };
  function derivation(kind, row) {
    const lines = derive[kind.key](kind, row).map(([equation, meaning]) =>
      element("tr", [element("th", equation.replaceAll("EUR ", "EUR\u00a0"), { scope: "row", class: "eq" }), element("td", meaning)]));
    const table = element("table", element("tbody", lines));
    const box = element("div", table, { class: "derivation" });
    if (command[kind.key]) {
      const asked = `oab-funding explain RUN --${command[kind.key]} ${text(row[0])} --lang ${data.language}`;
      box.append(element("p", [t["listing.in_full"], " ", element("code", asked)]));
    }
    return box;
  }

  // ------------------------------------------------------------------------------------------ the table
  function column([key, places, wide], number, columns) {
    const first = number === 0;
    const named = columns.findIndex(([other, , hidden]) => other === "name" && hidden);
    return {
      title: t[`column.${key}`],
      className: [places === null ? "" : "n", wide ? "wide" : ""].join(" ").trim(),
      type: places === null ? "string" : "num",
      orderSequence: places === null ? ["asc", "desc"] : ["desc", "asc"],
      searchable: places === null,
      data: number,
      render(value, kind, row) {
        if (kind === "sort" || kind === "type") return places === null ? text(value).toLowerCase() : value ?? -Infinity;
        const said = places === null ? text(value) : value === null ? "" : written(value, places);
        if (kind !== "display") return said;
        if (!first) return escaped(said);
        const under = named > 0 ? `<span class="under">${escaped(text(row[named]))}</span>` : "";
        return `<button type="button" aria-expanded="false">${escaped(said)}</button>${under}`;
      },
    };
  }

  function open(key) {
    const kind = kinds[key];
    if (shown[key]) return shown[key];
    const table = element("table", [], { id: `listing-${key}` });
    const place = element("div", [element("div", [], { class: "filters" }), table]);
    root.querySelector(".tables").append(place);
    const ordered = Math.max(at(kind, "amount"), at(kind, "part"), at(kind, "score"));
    const made = new DataTable(table, {
      data: kind.rows,
      columns: kind.columns.map(column),
      order: [[ordered, "desc"]],
      deferRender: true,
      autoWidth: false,
      pageLength: 20,
      lengthMenu: [20, 50, 200],
      layout: { topStart: "search", topEnd: "pageLength", bottomStart: "info", bottomEnd: "paging" },
      language: {
        search: t["listing.search"], lengthMenu: t["listing.length"], info: t["listing.info"],
        infoEmpty: t["listing.none"], infoFiltered: t["listing.filtered"], zeroRecords: t["listing.none"],
        emptyTable: t["listing.none"], thousands: data.marks[0], decimal: data.marks[1],
        aria: { orderable: t["listing.orderable"], orderableReverse: t["listing.reverse"], orderableRemove: t["listing.reverse"] },
      },
    });
    table.addEventListener("click", (event) => {
      const button = event.target.closest("tbody button");
      const line = event.target.closest("tbody tr");
      if (!line || (!button && event.target.closest(".derivation"))) return;
      const row = made.row(line);
      if (!row.data()) return;
      const toggled = line.querySelector("button");
      if (row.child.isShown()) row.child.hide();
      else row.child(derivation(kind, row.data())).show();
      toggled.setAttribute("aria-expanded", String(row.child.isShown()));
    });
    filters(place.firstChild, kind, made);
    return (shown[key] = { place, made });
  }

  function filters(place, kind, made) {
    const number = at(kind, "province");
    if (number > 0) {
      const known = [...new Set(kind.rows.map((row) => text(row[number])))].filter(Boolean).sort(order);
      if (known.length > 1) {
        const all = element("option", t["listing.every"], { value: "" });
        const choose = element("select", [all, ...known.map((name) => element("option", name, { value: name }))]);
        choose.addEventListener("change", () => {
          made.column(number).search(choose.value ? (value) => value === choose.value : "").draw();
        });
        place.append(element("label", [`${t["column.province"]} `, choose]));
      }
    }
    const amount = Math.max(at(kind, "amount"), at(kind, "part"));
    if (amount > 0) {
      const only = element("input", [], { type: "checkbox" });
      made.search.fixed("paid", (_, row) => !only.checked || row[amount] > 0);
      only.addEventListener("change", () => made.draw());
      place.append(element("label", [only, ` ${t["listing.paid"]}`]));
    }
  }

  function choose(key) {
    for (const [other, { place }] of Object.entries(shown)) place.hidden = other !== key;
    open(key).place.hidden = false;
  }
  root.addEventListener("change", (event) => { if (event.target.name === "listing-kind") choose(event.target.value); });
  root.hidden = false;
  choose(data.kinds[0].key);
})();
