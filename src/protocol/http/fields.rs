//! Fields of HTTP/1 messages, named as Wireshark names them.
//!
//! Values that hold a credential among other things are not marked secret as a whole: `secret.rs` masks the
//! credential in them and leaves the rest.

crate::fields! {
    HTTP             = Protocol "http"                         "Hypertext Transfer Protocol";
    START            = Group    "http.start"                   "Start line";
    METHOD           = Text     "http.request.method"          "Request Method";
    URI              = Text     "http.request.uri"             "Request URI";
    URI_PATH         = Text     "http.request.uri.path"        "Request URI Path";
    URI_QUERY        = Text     "http.request.uri.query"       "Request URI Query";
    URI_PARAMETER    = Text     "http.request.uri.query.parameter" "Request URI Query Parameter";
    REQUEST_VERSION  = Text     "http.request.version"         "Request Version";
    RESPONSE_VERSION = Text     "http.response.version"        "Response Version";
    CODE             = Number   "http.response.code"           "Status Code";
    CODE_DESC        = Text     "http.response.code.desc"      "Status Code Description";
    PHRASE           = Text     "http.response.phrase"         "Response Phrase";
    REQUEST_LINE     = Text     "http.request.line"            "Request line";
    RESPONSE_LINE    = Text     "http.response.line"           "Response line";
    HEADER           = Text     "http.header"                  "Header";
    LINES            = Group    "http.lines"                   "Lines as sent";
    UNKNOWN          = Text     "http.unknown_header"          "Unknown header";
    AUTHORIZATION    = Text     "http.authorization"           "Authorization";
    PROXY_AUTHZ      = Text     "http.proxy_authorization"     "Proxy-Authorization";
    AUTH_SCHEME      = Text     "http.auth_scheme"             "Scheme";
    AUTH_BASIC       = Text     "http.authbasic"               "Credentials", secret;
    WWW_AUTHENTICATE = Text     "http.www_authenticate"        "WWW-Authenticate";
    PROXY_AUTHN      = Text     "http.proxy_authenticate"      "Proxy-Authenticate";
    CONTENT_TYPE     = Text     "http.content_type"            "Content-Type";
    LENGTH_HEADER    = Text     "http.content_length_header"   "Content-Length";
    LENGTH           = Number   "http.content_length"          "Content length";
    ENCODING         = Text     "http.content_encoding"        "Content-Encoding";
    TRANSFER         = Text     "http.transfer_encoding"       "Transfer-Encoding";
    UPGRADE          = Text     "http.upgrade"                 "Upgrade";
    USER_AGENT       = Text     "http.user_agent"              "User-Agent";
    HOST             = Text     "http.host"                    "Host";
    CONNECTION       = Text     "http.connection"              "Connection";
    COOKIE           = Text     "http.cookie"                  "Cookie";
    COOKIE_PAIR      = Text     "http.cookie_pair"             "Cookie pair";
    SET_COOKIE       = Text     "http.set_cookie"              "Set-Cookie";
    ACCEPT           = Text     "http.accept"                  "Accept";
    ACCEPT_LANGUAGE  = Text     "http.accept_language"         "Accept-Language";
    ACCEPT_ENCODING  = Text     "http.accept_encoding"         "Accept Encoding";
    REFERER          = Text     "http.referer"                 "Referer";
    DATE             = Text     "http.date"                    "Date";
    CACHE_CONTROL    = Text     "http.cache_control"           "Cache-Control";
    SERVER           = Text     "http.server"                  "Server";
    LOCATION         = Text     "http.location"                "Location";
    LAST_MODIFIED    = Text     "http.last_modified"           "Last-Modified";
    FORWARDED_FOR    = Text     "http.x_forwarded_for"         "X-Forwarded-For";
    WS_ACCEPT        = Text     "http.sec_websocket_accept"    "Sec-WebSocket-Accept";
    WS_EXTENSIONS    = Text     "http.sec_websocket_extensions" "Sec-WebSocket-Extensions";
    WS_KEY           = Text     "http.sec_websocket_key"       "Sec-WebSocket-Key";
    WS_PROTOCOL      = Text     "http.sec_websocket_protocol"  "Sec-WebSocket-Protocol";
    WS_VERSION       = Text     "http.sec_websocket_version"   "Sec-WebSocket-Version";
    HTTP2_SETTINGS   = Text     "http.http2_settings"          "HTTP2-Settings";
    DIAGNOSTICS      = Group    "http.diagnostics"             "Diagnostics";
    DIAGNOSTICS_ID   = Number   "http.diagnostics.id"          "Error id";
    DIAGNOSTICS_WHY  = Text     "http.diagnostics.reason"      "Reason";
    DIAGNOSTICS_FROM = Text     "http.diagnostics.source"      "Source";
    FULL_URI         = Text     "http.request.full_uri"        "Full request URI";
    REQUEST          = Flag     "http.request"                 "Request";
    RESPONSE         = Flag     "http.response"                "Response";
    NOTIFICATION     = Flag     "http.notification"            "Notification";
    REQUEST_NUMBER   = Number   "http.request_number"          "Request number";
    RESPONSE_NUMBER  = Number   "http.response_number"         "Response number";
    TIME             = Duration "http.time"                    "Time since request";
    REQUEST_IN       = Number   "http.request_in"              "Request in frame";
    CHUNKED          = Group    "http.chunked"                 "HTTP chunked body";
    CHUNK            = Group    "http.chunk"                   "Data chunk";
    CHUNK_SIZE       = Number   "http.chunk_size"              "Chunk size";
    CHUNK_DATA       = Bytes    "http.chunk_data"              "Chunk data", secret;
    CHUNK_BOUNDARY   = Bytes    "http.chunk_boundary"          "Chunk boundary";
    TRAILER          = Text     "http.chunked_trailer_part"    "trailer-part";
    FILE_DATA        = Text     "http.file_data"               "File Data", secret;
    CONTINUATION     = Group    "http.continuation"            "Bytes that belong to no message";
    LINE             = Text     "http.body.line"               "Line";
    FORM             = Protocol "urlencoded-form"              "HTML Form URL Encoded";
    FORM_ITEM        = Group    "urlencoded-form.item"         "Form item";
    FORM_KEY         = Text     "urlencoded-form.key"          "Key";
    FORM_VALUE       = Text     "urlencoded-form.value"        "Value";
    TEXT_LINES       = Protocol "data-text-lines"              "Line-based text data";
    MEDIA            = Protocol "media"                        "Media Type";
    GIF              = Protocol "image-gif"                    "Compuserve GIF";
    PNG              = Protocol "png"                          "Portable Network Graphics";
    JFIF             = Protocol "image-jfif"                   "JPEG File Interchange Format";
}

/// Those of them that stand in a body.
pub const OF_BODIES: &[&crate::field::Field] = &[&FILE_DATA, &LINE];
