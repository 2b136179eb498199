// Rules in a browser: the form with its preview, and the slider that replays a policy.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

it("opens a rule as a form with whom it would govern", async () => {
  const page = await open("/rules?open=default");
  const form = page.getByRole("region", { name: "Rule default" });
  await form.getByText(/^It would govern \d+ series/).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "rules-form");
});

it("replays another policy as the slider moves, and the address keeps it", async () => {
  const page = await open("/rules?tab=backtest");
  const outcome = page.getByRole("region", { name: "What it would have done" });
  await outcome
    .getByText(/as many as with the rule as it is stored/)
    .first()
    .waitFor();
  const slider = page.getByRole("slider", { name: "Critical from" });
  await slider.focus();
  for (let presses = 0; presses < 20; presses++) await page.keyboard.press("ArrowRight");
  await outcome
    .getByText(/^\d+ episodes?, .*than with|as many as/)
    .first()
    .waitFor();
  expect(new URL(page.url()).search).toMatch(/critical=2\.5/);
  await page.reload();
  await settled(page);
  expect(await slider.getAttribute("aria-valuetext")).toBe("2.5 × typical");
  expect(await complaints(page)).toEqual([]);
  await picture(page, "rules-backtest");
});

it("fits on a small screen", async () => {
  for (const address of ["/rules?open=default", "/rules?tab=backtest"]) {
    const page = await open(address, { width: 375 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await picture(page, address.includes("tab") ? "rules-backtest-small" : "rules-form-small");
  }
});
