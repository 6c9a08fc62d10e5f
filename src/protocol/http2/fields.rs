//! The field table.

use super::frame::{error_name, setting_name, type_name};

crate::fields! {
    HTTP2          = Protocol "http2"                   "HyperText Transfer Protocol 2";
    MAGIC          = Text     "http2.magic"             "Magic";
    STREAM         = Group    "http2.stream"            "Stream";
    LENGTH         = Number   "http2.length"            "Length";
    TYPE           = Number   "http2.type"              "Type", names type_name;
    FLAGS          = Hex2     "http2.flags"             "Flags";
    END_STREAM     = Flag     "http2.flags.end_stream"  "End Stream";
    END_HEADERS    = Flag     "http2.flags.eh"          "End Headers";
    PADDED         = Flag     "http2.flags.padded"      "Padded";
    PRIORITY       = Flag     "http2.flags.priority"    "Priority";
    ACK            = Flag     "http2.flags.ack.settings" "ACK";
    STREAM_ID      = Number   "http2.streamid"          "Stream Identifier";
    SETTING        = Group    "http2.settings"          "Settings";
    SETTING_ID     = Number   "http2.settings.id"       "Settings Identifier", names setting_name;
    SETTING_VALUE  = Number   "http2.settings.unknown"  "Value";
    WINDOW         = Number   "http2.window_update.window_size_increment" "Window Size Increment";
    LAST_STREAM    = Number   "http2.goaway.last_stream_id" "Promised-Stream-ID";
    GOAWAY_ERROR   = Number   "http2.goaway.error"      "Error", names error_name;
    RESET_ERROR    = Number   "http2.rst_stream.error"  "Error", names error_name;
    BLOCK          = Bytes    "http2.headers"           "Header Block Fragment", secret;
    DATA           = Bytes    "http2.data.data"         "Data", secret;
    HEADER         = Group    "http2.header"            "Header";
    NAME           = Text     "http2.header.name"       "Name";
    VALUE          = Text     "http2.header.value"      "Value";
    METHOD         = Text     "http2.headers.method"    ":method";
    PATH           = Text     "http2.headers.path"      ":path";
    SCHEME         = Text     "http2.headers.scheme"    ":scheme";
    AUTHORITY      = Text     "http2.headers.authority" ":authority";
    STATUS         = Text     "http2.headers.status"    ":status";
}
