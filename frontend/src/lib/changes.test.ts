import { expect, it } from "vitest";
import { changesOf, changeText, happened, wordsOf } from "./changes";

it("tells what differs, what was added and what is gone", () => {
  const before = { name: "plants", enabled: true, policy: null, limit: 3 };
  const after = { name: "plants", enabled: false, policy: null, note: "new" };
  expect(changesOf(before, after)).toEqual([
    { field: "enabled", was: "yes", is: "no" },
    { field: "limit", was: "3", is: null },
    { field: "note", was: null, is: "new" },
  ]);
  expect(changesOf(null, { status: "pending" }).map(changeText)).toEqual(["Status: – → pending"]);
  expect(changesOf(null, null)).toEqual([]);
});

it("says in words what happened, and any value as text", () => {
  expect(happened("recommendation.not_effective")).toBe("Not effective");
  expect(wordsOf({ a: [1] })).toBe('{"a":[1]}');
  expect(wordsOf(undefined)).toBeNull();
});
