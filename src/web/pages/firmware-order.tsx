/** The part of the page "Firmware" that takes a new version: a file of the browser, or an address. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { type UpdateTrust, updateBytesMax } from '../../hal/firmware-updates';
import { firmwareWords } from './firmware.words';
import { Field, Told, useAsking, wordsOf } from './parts';
import { Progress } from './progress';
import { said } from './state';
import { sendFile, type UploadEnd, upload } from './upload';

interface OrderProps {
  /** null: there are no updates here. */
  trust: UpdateTrust | null;
  /** An update is on its way, or being installed. */
  goesOn: boolean;
  /** Being installed, or on trial. */
  isHeld: boolean;
}

export function FirmwareOrder({ trust, goesOn, isHeld }: OrderProps): JSX.Element {
  const phrases = said(firmwareWords).order;
  const downgrade = useSignal(false);
  const canOrder = trust !== null && trust !== 'nothing' && !isHeld;
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      {trust === null && <p>{phrases.outside}</p>}
      {trust === 'nothing' && <p class="told stop">{phrases.trust.nothing}</p>}
      {isHeld && <p class="told wait">{phrases.held}</p>}
      {canOrder && (
        <>
          <p>{phrases.says}</p>
          <p class="soft">{phrases.trust[trust]}</p>
          {goesOn && <p class="told wait">{phrases.replaces}</p>}
          <fieldset class="choices">
            <label>
              <input
                type="checkbox"
                checked={downgrade.value}
                onChange={({ currentTarget }) => (downgrade.value = currentTarget.checked)}
              />
              {phrases.downgrade}
            </label>
          </fieldset>
          {downgrade.value && <p class="told wait">{phrases.downgradeSays}</p>}
          <FromFile downgrade={downgrade.value} />
          <FromUrl downgrade={downgrade.value} />
        </>
      )}
    </section>
  );
}

type RefusedUpload = Exclude<UploadEnd, 'done' | 'stopped'> | 'empty' | 'large';

function FromFile({ downgrade }: { downgrade: boolean }): JSX.Element {
  const phrases = said(firmwareWords).order;
  const id = useId();
  const file = useSignal<File | undefined>(undefined);
  const refused = useSignal<RefusedUpload | undefined>(undefined);
  const onItsWay = upload.value;
  const send = async (): Promise<void> => {
    const chosen = file.value;
    if (!chosen || upload.value) return;
    refused.value = chosen.size === 0 ? 'empty' : chosen.size > updateBytesMax ? 'large' : undefined;
    if (refused.value) return;
    const end = await sendFile(`/api/firmware/file?downgrade=${downgrade}`, chosen);
    refused.value = end === 'done' || end === 'stopped' ? undefined : end;
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="field">
        <label for={id}>{phrases.file}</label>
        <input
          id={id}
          type="file"
          onChange={({ currentTarget }) => {
            file.value = currentTarget.files?.[0];
            refused.value = undefined;
          }}
        />
      </div>
      {onItsWay && (
        <div class="update" aria-live="off">
          <p class="break">{phrases.sends(onItsWay.fileName)}</p>
          <Progress name={phrases.file} done={onItsWay.sentBytes} total={onItsWay.totalBytes} />
        </div>
      )}
      <div class="acts">
        {onItsWay ? (
          <button type="button" class="act" onClick={onItsWay.stop}>
            {phrases.stopSending}
          </button>
        ) : (
          <button type="submit" class="act first" disabled={!file.value}>
            {phrases.install}
          </button>
        )}
      </div>
      <output>{refused.value && <span class="told stop">{refusalWords(refused.value)}</span>}</output>
    </form>
  );
}

function refusalWords(refused: RefusedUpload): string {
  const { fileEmpty, fileLarge, cut } = said(firmwareWords).order;
  if (refused === 'empty') return fileEmpty;
  if (refused === 'large') return fileLarge;
  return refused === 'cut' ? cut : wordsOf(refused);
}

function FromUrl({ downgrade }: { downgrade: boolean }): JSX.Element {
  const phrases = said(firmwareWords).order;
  const url = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const order = async (): Promise<void> => {
    if (await ask('/api/firmware/order', { url: url.value.trim(), downgrade })) url.value = '';
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void order();
      }}
    >
      <Field
        name="url"
        type="url"
        label={phrases.url}
        hint={phrases.urlHint}
        value={url.value}
        onValue={(value) => {
          url.value = value;
          forget();
        }}
      />
      <div class="acts">
        <button type="submit" class="act first" disabled={url.value.trim() === ''}>
          {phrases.fromUrl}
        </button>
      </div>
      <Told outcome={outcome} />
    </form>
  );
}
