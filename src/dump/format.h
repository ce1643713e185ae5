/* SPDX-License-Identifier: MIT
 * format.h: the record tags of a finding stream, and their field order.
 *
 * A finding stream carries one struct lgc_finding from the traced process to
 * the tool.  It is text, one record a line, fields separated by one blank.
 * Text fields have every byte <= 0x20, 0x7f and '%' written as %xx; a missing
 * text is "-" (a literal "-" is %2d), an empty one "%".  Numbers are decimal unless marked hex
 * (no 0x).  Records come in this order:
 *
 *   leaksgc-finding 1                       version first, once
 *   process  pid check time_ns reason exe
 *   pause    pause_ns duration_ns stopped_threads
 *   live     bytes objects
 *   total    kind bytes objects             one per kind; kind is its number
 *   way      way reason snapshot_bytes      at most once
 *   news     only_new(0|1) bytes objects    at most once
 *   encode   1                              if addresses are not to be shown as
 *                                           they are; at most once
 *   note     text                           any number
 *   suppress text                           any number: one rule each
 *   module   start(hex) end(hex) bias(hex) build_id path unloaded(0|1)
 *   thread   id tid name tag
 *   group    kind bytes objects held_bytes held_objects first_ns last_ns
 *            last_reachable_check found_check nthreads id...
 *   more     section fresh_bytes fresh_objects growth_checks growth_bytes
 *                                           of the group before it, unless all
 *                                           are 0; section is its number
 *   number   number                        of the group before it, where others
 *                                           hang on it
 *   hangs    number bytes objects           how much of the group before it
 *                                           hangs on that group; any number
 *   frame    r|x pc(hex) module|- [folded]  of the group before it; r is a
 *                                           return address, x an exact pc
 *   end      groups                         the number of groups; without it
 *                                           the stream is truncated
 *
 * A reader refuses another version and any record it does not know.
 */
#ifndef LGC_DUMP_FORMAT_H
#define LGC_DUMP_FORMAT_H

#define LGC_FORMAT_MAGIC    "leaksgc-finding"
#define LGC_FORMAT_VERSION  1
#define LGC_TAG_PROCESS     "process"
#define LGC_TAG_PAUSE       "pause"
#define LGC_TAG_LIVE        "live"
#define LGC_TAG_TOTAL       "total"
#define LGC_TAG_WAY         "way"
#define LGC_TAG_NEWS        "news"
#define LGC_TAG_ENCODE      "encode"
#define LGC_TAG_NOTE        "note"
#define LGC_TAG_SUPPRESS    "suppress"
#define LGC_TAG_MODULE      "module"
#define LGC_TAG_THREAD      "thread"
#define LGC_TAG_GROUP       "group"
#define LGC_TAG_MORE        "more"
#define LGC_TAG_NUMBER      "number"
#define LGC_TAG_HANGS       "hangs"
#define LGC_TAG_FRAME       "frame"
#define LGC_TAG_END         "end"

#endif
