import { expect, it } from "vitest";
import { amount, choice, flag, id, searchOf, several, text } from "./search";

const { validateSearch } = searchOf({
  severity: choice(["all", "critical"], "all"),
  q: text(),
  days: amount(28, 1, 366),
  open: id(),
  mine: flag(),
  compare: several(),
});
const read = (raw: object) => validateSearch(raw as never);

it("reads what an address says", () => {
  const said = { severity: "critical", q: 12, days: "7", open: 5, mine: true, compare: ["a", "b"] };
  expect(read(said)).toEqual({ ...said, q: "12", days: 7 });
});

it("takes what it would be anyway for what is missing or wrong", () => {
  const otherwise = { severity: "all", q: "", days: 28, open: undefined, mine: false, compare: [] };
  expect(read({})).toEqual(otherwise);
  expect(read({ severity: "x", q: {}, days: 4000, open: 1.5, mine: "yes", compare: "a" })).toEqual(otherwise);
});
