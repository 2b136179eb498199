// Things to fill in. A field has a label that can be seen, and its problem beneath it.
import { Slider as RadixSlider, Switch as RadixSwitch } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";

const CONTROL =
  "w-full rounded-md border border-control bg-surface px-2.5 text-base text-ink placeholder:text-muted " +
  "disabled:opacity-55 aria-invalid:border-critical";

interface Labels {
  label: string;
  hint?: string;
  problem?: string;
  /** Only for screen readers, where the place says it: a search box in a toolbar. */
  hideLabel?: boolean;
}

function Labelled({
  label,
  hint,
  problem,
  hideLabel,
  id,
  children,
}: Labels & { id: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      {children}
      {(problem || hint) && (
        <p id={`${id}-note`} className={classes("mt-1 text-sm", problem ? "text-critical" : "text-muted")}>
          {problem || hint}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, problem }: Labels) {
  return {
    id,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": hint || problem ? `${id}-note` : undefined,
  };
}

export function TextField({
  label,
  hint,
  problem,
  hideLabel,
  className,
  ...rest
}: Labels & ComponentProps<"input">) {
  const id = useId();
  const labels = { label, hint, problem, hideLabel };
  return (
    <Labelled {...labels} id={id}>
      <input {...described(id, labels)} className={classes(CONTROL, "h-8", className)} {...rest} />
    </Labelled>
  );
}

export function TextArea({
  label,
  hint,
  problem,
  hideLabel,
  className,
  ...rest
}: Labels & ComponentProps<"textarea">) {
  const id = useId();
  const labels = { label, hint, problem, hideLabel };
  return (
    <Labelled {...labels} id={id}>
      <textarea
        {...described(id, labels)}
        rows={3}
        className={classes(CONTROL, "py-1.5", className)}
        {...rest}
      />
    </Labelled>
  );
}

interface Choices<T extends string> {
  value: T;
  onValue: (value: T) => void;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
}

/** A native select: every device knows how to show one. */
export function Select<T extends string>({
  value,
  onValue,
  options,
  disabled,
  ...labels
}: Labels & Choices<T>) {
  const id = useId();
  return (
    <Labelled {...labels} id={id}>
      <select
        {...described(id, labels)}
        className={classes(CONTROL, "h-8 pr-6")}
        value={value}
        disabled={disabled}
        onChange={(event) => onValue(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A few choices side by side, one of which holds. */
export function Segments<T extends string>({
  label,
  value,
  onValue,
  options,
}: { label: string } & Choices<T>) {
  const name = useId();
  return (
    <fieldset className="inline-flex max-w-full min-w-0 overflow-x-auto rounded-md border border-control/60 bg-surface p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="relative cursor-pointer rounded-sm px-2.5 py-1 text-sm whitespace-nowrap text-muted has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            className="absolute inset-0 cursor-pointer opacity-0"
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface Range {
  label: string;
  value: number;
  onValue: (value: number) => void;
  least: number;
  most: number;
  step: number;
  /** The value in words, beside the label and read out: "20 % less". */
  words: string;
}

export function Slider({ label, value, onValue, least, most, step, words }: Range) {
  const id = useId();
  return (
    <div>
      <div className="mb-1 flex justify-between gap-2 text-sm">
        <span id={id} className="font-medium">
          {label}
        </span>
        <output className="text-muted">{words}</output>
      </div>
      <RadixSlider.Root
        className="relative flex h-5 touch-none items-center"
        value={[value]}
        min={least}
        max={most}
        step={step}
        onValueChange={([now]) => now !== undefined && onValue(now)}
      >
        <RadixSlider.Track className="h-1 grow rounded-full bg-control/50">
          <RadixSlider.Range className="absolute h-1 rounded-full bg-accent" />
        </RadixSlider.Track>
        <RadixSlider.Thumb
          aria-labelledby={id}
          aria-valuetext={words}
          className="block size-4 rounded-full border-2 border-accent bg-surface"
        />
      </RadixSlider.Root>
    </div>
  );
}

export function Switch({
  label,
  value,
  onValue,
}: {
  label: string;
  value: boolean;
  onValue: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <RadixSwitch.Root
        id={id}
        checked={value}
        onCheckedChange={onValue}
        className="h-4.5 w-8 rounded-full border border-control bg-raised p-px data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <RadixSwitch.Thumb className="block size-3.5 rounded-full bg-control transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-accent" />
      </RadixSwitch.Root>
      <label htmlFor={id} className="text-sm">
        {label}
      </label>
    </div>
  );
}
