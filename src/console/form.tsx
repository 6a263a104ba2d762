import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Field, readForm } from './description.ts'
import { texts } from './texts.ts'
import { Button, Dialog, ErrorNote } from './ui.tsx'

export type Values = Readonly<Record<string, string>>

/** A dialog: a form that makes a change, or only a content. */
export interface Topic {
  readonly id: string
  readonly title: string
  readonly isDangerous?: boolean
  readonly content?: ComponentChildren
  readonly fields?: readonly Field[]
  /** The names of fields that come first; the others are folded away. By default all are shown. */
  readonly first?: readonly string[]
  /** What the fields show at first. */
  readonly values?: Values
  /** Says what the form would do. */
  preview?(values: Values): string
  /** Rejects with what went wrong. The dialog is closed otherwise. */
  send?(params: Record<string, unknown>, values: Values): Promise<unknown>
}

type TopicDialogProps = { readonly topic: Topic } & Record<'onDone' | 'onClose', () => void>

export function TopicDialog({ topic, onDone, onClose }: TopicDialogProps) {
  const { id, title, isDangerous, content, fields = [], first, preview, send } = topic
  const [values, setValues] = useState<Values>(topic.values ?? {})
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const shown = first?.flatMap((name) => fields.find((field) => field.name === name) ?? []) ?? fields
  const others = fields.filter((field) => !shown.includes(field))
  const onSubmit = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    try {
      await send?.(readForm(fields, values), values)
      onDone()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog id={id} title={title} onClose={onClose}>
      <form class="stack" onSubmit={onSubmit} noValidate>
        {content}
        {preview && <output class="card">{preview(values)}</output>}
        <Fields fields={shown} values={values} onChange={setValues} />
        {others.length > 0 && (
          <details open={others.some(({ name }) => values[name])}>
            <summary>{texts.more}</summary>
            <Fields fields={others} values={values} onChange={setValues} />
          </details>
        )}
        <ErrorNote error={error} />
        {send && (
          <div class="row">
            <Button onClick={onClose} text={texts.cancel} />
            <button type="submit" class={isDangerous ? 'danger' : 'main'} data-testid="submit" disabled={isBusy}>
              {isBusy ? texts.working : title}
            </button>
          </div>
        )}
      </form>
    </Dialog>
  )
}

type FieldsProps = Readonly<{ fields: readonly Field[]; values: Values; onChange(values: Values): void }>

/** A labelled control for each field. Labels are the names that the API and the control routes use. */
export function Fields({ fields, values, onChange }: FieldsProps) {
  return (
    <div class="fields">
      {fields.map((field) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
        <label key={field.name}>
          <strong>{field.name}</strong> {field.isRequired && <small>{texts.required}</small>}
          <Control {...{ field, values, onChange }} />
          <small>{field.hint}</small>
        </label>
      ))}
    </div>
  )
}

function Control({ field, values, onChange }: Omit<FieldsProps, 'fields'> & { readonly field: Field }) {
  const { name, kind, options = [] } = field
  const props = {
    value: values[name] ?? '',
    onInput: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ ...values, [name]: value }),
    'data-testid': `field-${name}`,
    spellcheck: false,
  }
  const items = options.map((option) => <option key={option}>{option}</option>)
  if (kind === 'choice') return <select {...props}>{items}</select>
  if (kind === 'list' || kind === 'json') return <textarea {...props} />
  return (
    <>
      <input
        {...props}
        autocomplete="off"
        list={`${name}-options`}
        type={(kind === 'secret' ? 'password' : 'text') as 'text'}
      />
      {options.length > 0 && <datalist id={`${name}-options`}>{items}</datalist>}
    </>
  )
}
