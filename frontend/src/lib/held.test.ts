import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { hold, useHeld } from "./held";

const idOf = (row: number) => row;

it("holds back rows that would push others down, and shows a next page", () => {
  expect(hold([5, 4, 3, 2, 1, 0], new Set([3, 2]), idOf)).toEqual({ rows: [3, 2, 1, 0], waiting: 2 });
});

it("shows all where nothing is known of them", () => {
  expect(hold([3, 2], null, idOf)).toEqual({ rows: [3, 2], waiting: 0 });
  expect(hold([9, 8], new Set([3]), idOf)).toEqual({ rows: [9, 8], waiting: 0 });
});

it("lets new rows in when they are asked for, or when the filter is another one", () => {
  const { result, rerender } = renderHook(({ rows, scope }) => useHeld(rows, idOf, scope), {
    initialProps: { rows: [2, 1], scope: "a" },
  });
  rerender({ rows: [3, 2, 1], scope: "a" });
  expect(result.current).toMatchObject({ rows: [2, 1], waiting: 1 });
  act(() => result.current.show());
  expect(result.current).toMatchObject({ rows: [3, 2, 1], waiting: 0 });
  rerender({ rows: [4, 3, 2, 1], scope: "b" });
  expect(result.current).toMatchObject({ rows: [4, 3, 2, 1], waiting: 0 });
});
