import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type ApiError, messageOf } from './api.ts'
import { setParams, useRoute } from './route.ts'
import { fill, texts } from './texts.ts'

/** The parts that all views are made of. An `id` is a `data-testid`. */

interface ButtonProps {
  readonly id?: string | undefined
  readonly kind?: 'main' | 'danger' | 'quiet'
  readonly label?: string
  readonly disabled?: boolean
  readonly text: ComponentChildren
  readonly onClick?: () => unknown
}

export const Button = ({ id, kind, label, text, ...rest }: ButtonProps) => (
  <button type="button" class={kind} data-testid={id} aria-label={label} {...rest}>
    {text}
  </button>
)

/** Copies a text, or shows it where the browser forbids that. */
export function Copy({ id, text, label }: { readonly id?: string; readonly text: string; readonly label?: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      setTimeout(() => setCopied(false), 1500)
    } catch {
      prompt(texts.copy, text)
    }
  }
  const shown = <span aria-live="polite">{isCopied ? texts.copied : (label ?? texts.copy)}</span>
  return <Button id={id} kind="quiet" text={shown} onClick={copy} />
}

/** A text in the type of code, with a button that copies it. */
export const Code = ({ id, text }: { readonly id?: string; readonly text: string }) => (
  <span class="row">
    <code data-testid={id}>{text}</code>
    <Copy text={text} />
  </span>
)

type DialogProps = Readonly<Record<'id' | 'title', string>> & { children: ComponentChildren; onClose(): void }

/** A modal dialog. What it contains is gone when it is closed, also by Escape. */
export function Dialog({ id, title, children, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const isGone = useRef(false)
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>('input, select, textarea')?.focus()
    return () => {
      isGone.current = true
      // Gives the focus back to what had it
      dialog?.close()
    }
  }, [])
  return (
    <dialog ref={ref} onClose={() => isGone.current || onClose()} aria-label={title} data-testid={id}>
      <header class="head">
        <h2>{title}</h2>
        <Button id="close" kind="quiet" label={texts.close} text="✕" onClick={() => ref.current?.close()} />
      </header>
      {children}
    </dialog>
  )
}

/** An error exactly as it was answered. It is announced when it appears. */
export const ErrorNote = ({ error }: { readonly error: unknown }) =>
  error !== undefined && (
    <p role="alert" class="bad" data-testid="error">
      <strong>{(error as Partial<ApiError>).code}</strong> {messageOf(error)}
    </p>
  )

/** A title and what can be done. */
export const Head = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="head">
    <h1>{title}</h1>
    <div class="row">{children}</div>
  </div>
)

/** The field that `/` focuses. Its text is the parameter `q` of the URL. */
export function Search() {
  const { q = '' } = useRoute().params
  const props = { value: q, placeholder: `${texts.search} (/)`, 'aria-label': texts.search, 'data-testid': 'search' }
  return <input type="search" {...props} onInput={(event) => setParams({ page: '', q: event.currentTarget.value })} />
}

interface SelectProps {
  /** The parameter of the URL that has the chosen value. Without it, the first option is chosen. */
  readonly id: string
  readonly label: string
  /** Values and their texts. */
  readonly options: Readonly<Record<string, string>>
  /** Whether the first option is all of them. */
  readonly hasAll?: boolean
}

export function Select({ id, label, options, hasAll }: SelectProps) {
  const value = useRoute().params[id] ?? (hasAll ? '' : Object.keys(options)[0])
  const set = (chosen: string) => setParams({ page: '', [id]: chosen })
  return (
    <select aria-label={label} data-testid={id} value={value} onChange={(event) => set(event.currentTarget.value)}>
      {hasAll && <option value="">{`${texts.all} · ${label}`}</option>}
      {Object.entries(options).map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}

/** Options whose texts are their values. */
export const same = (values: Iterable<string | number>) => Object.fromEntries([...values].map((one) => [one, `${one}`]))

/** What a view shows when there is nothing: what to do first. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="card empty" data-testid="empty">
    <h2>{title}</h2>
    {children}
  </div>
)

/** The parameter `page` of the URL, from 1. */
export function Pager({ pages }: { readonly pages: number }) {
  const page = Number(useRoute().params.page ?? 1)
  const button = (id: 'previous' | 'next', to: number) => (
    <Button id={id} text={texts[id]} disabled={to < 1 || to > pages} onClick={() => setParams({ page: `${to}` })} />
  )
  if (pages <= 1) return null
  return (
    <div class="row">
      {button('previous', page - 1)} {fill(texts.page, { page, pages })} {button('next', page + 1)}
    </div>
  )
}

/** What a column shows of a row, by its head. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => ComponentChildren>>

interface TableProps<Row> {
  /** Its text is the label. */
  readonly id: keyof typeof texts
  readonly rows: readonly Row[]
  /** Rows that are the same are rendered again only when this is another object. */
  readonly columns: Columns<Row>
  keyOf(row: Row): string | number
  onOpen?(row: Row): void
}

/** A table that scrolls by itself. */
export const Table = <Row,>({ id, rows, columns, keyOf, ...rest }: TableProps<Row>) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
  <section class="scroll" aria-label={texts[id]} tabIndex={0}>
    <table aria-label={texts[id]} data-testid={id}>
      <thead>
        <tr>
          {Object.keys(columns).map((head) => (
            <th key={head}>{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TableRow key={keyOf(row)} {...{ row, columns, ...rest }} />
        ))}
      </tbody>
    </table>
  </section>
)

function TableRow<Row>({ row, columns, onOpen }: Omit<TableProps<Row>, 'id' | 'rows' | 'keyOf'> & { row: Row }) {
  return useMemo(() => {
    const cells = Object.entries(columns).map(([head, cell]) => <td key={head}>{cell(row)}</td>)
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.target !== event.currentTarget) return
      // Otherwise the key would also press the first button of a dialog
      event.preventDefault()
      onOpen?.(row)
    }
    const onClick = ({ target }: MouseEvent) =>
      (target as Element).closest('a, button, input, summary') ? undefined : onOpen?.(row)
    return (
      <tr data-row class={onOpen && 'link'} tabIndex={0} onClick={onClick} onKeyDown={onKeyDown}>
        {cells}
      </tr>
    )
  }, [row, columns])
}

/** Names and what they have; without what is empty. */
export const Facts = ({ facts }: { readonly facts: object }) => (
  <dl>
    {Object.entries(facts)
      .filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-testid={`fact-${name}`}>{value}</dd>
        </div>
      ))}
  </dl>
)

/** A time in the reader's zone, with the exact one as its title. */
export const Time = ({ iso }: { readonly iso: string }) => <time title={iso}>{new Date(iso).toLocaleString()}</time>

export type ClockState = Readonly<{ time: string; frozen: boolean }>

export const clockText = ({ time, frozen }: ClockState) => `${time} · ${frozen ? texts.frozen : texts.running}`

/** Offers a text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text]))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
