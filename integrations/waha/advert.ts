// Finds the click-to-WhatsApp advert in a message's engine data, in the spellings of all three engines. Pure.
import { dropUndefined } from './drop-undefined.ts';
import type { EngineData } from './engine-data.ts';
import type { Advert } from './gateway-event.ts';
import { pickRecord, pickText } from './loose.ts';

/** The advert a message came from; undefined for link previews, which use the same structure without an advert's id. */
export function readAdvert(data: EngineData): Advert | undefined {
  const context = data.context;
  const reply =
    pickRecord(context, 'externalAdReply', 'ExternalAdReply') ?? pickRecord(data.raw, 'ctwaContext', 'externalAdReply');
  const entry = pickText(context, 'entryPointConversionSource') ?? pickText(data.raw, 'entryPointConversionSource');
  const sourceId = pickText(reply, 'sourceID', 'sourceId');
  const clickId = pickText(reply, 'ctwaClid', 'ctwaClId') ?? pickText(context, 'ctwaClid');
  if (sourceId === undefined && clickId === undefined) return undefined;
  return dropUndefined({
    conversionSource:
      pickText(context, 'conversionSource') ?? pickText(reply, 'conversionSource') ?? entry ?? 'ctwa_ad',
    conversionApp: pickText(context, 'entryPointConversionApp'),
    adSourceType: pickText(reply, 'sourceType') ?? 'ad',
    adSourceId: sourceId ?? 'unknown',
    adSourceApp: pickText(reply, 'sourceApp'),
    adSourceUrl: pickText(reply, 'sourceURL', 'sourceUrl'),
    headline: pickText(reply, 'title'),
    body: pickText(reply, 'body', 'description'),
    ctwaClickId: clickId,
    conversionData: pickText(context, 'conversionData') ?? pickText(reply, 'conversionData'),
  });
}
