import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("writes what spreadsheets read", () => {
  expect(
    csvOf(
      ["name", "kg"],
      [
        ["a, b", 1.5],
        ['say "so"', null],
      ],
    ),
  ).toBe('name,kg\r\n"a, b",1.5\r\n"say ""so""",\r\n');
});

it("keeps a text that looks like a formula a text, and negative numbers numbers", () => {
  expect(csvOf(["x"], [["=1+1"], [-3]])).toBe("x\r\n'=1+1\r\n-3\r\n");
});
