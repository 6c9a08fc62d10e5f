//! The field table.

use super::dissect::opcode_name;

crate::fields! {
    PROTO         = Protocol "websocket"                       "WebSocket";
    FIN           = Flag     "websocket.fin"                   "Fin";
    RSV           = Hex2     "websocket.rsv"                   "Reserved";
    OPCODE        = Number   "websocket.opcode"                "Opcode", names opcode_name;
    MASK          = Flag     "websocket.mask"                  "Mask";
    LENGTH        = Number   "websocket.payload_length"        "Payload length";
    LENGTH_16     = Number   "websocket.payload_length_ext_16" "Extended Payload length (16 bits)";
    LENGTH_64     = Number   "websocket.payload_length_ext_64" "Extended Payload length (64 bits)";
    KEY           = Bytes    "websocket.masking_key"           "Masking-Key";
    PAYLOAD       = Group    "websocket.payload"               "Payload";
    TEXT          = Text     "websocket.payload.text"          "Text";
    CONTINUE      = Bytes    "websocket.payload.continue"      "Continue";
    PING          = Bytes    "websocket.payload.ping"          "Ping";
    PONG          = Bytes    "websocket.payload.pong"          "Pong";
    UNKNOWN       = Bytes    "websocket.payload.unknown"       "Unknown";
    CLOSE         = Group    "websocket.payload.close"         "Close";
    CLOSE_STATUS  = Number   "websocket.payload.close.status_code" "Status code";
    CLOSE_REASON  = Text     "websocket.payload.close.reason"  "Reason";
}
