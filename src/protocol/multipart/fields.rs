//! The field table.

crate::fields! {
    PROTO          = Protocol "mime_multipart"                "MIME Multipart Media Encapsulation";
    FIRST_BOUNDARY = Text     "mime_multipart.first_boundary" "First boundary";
    BOUNDARY       = Text     "mime_multipart.boundary"       "Boundary";
    LAST_BOUNDARY  = Text     "mime_multipart.last_boundary"  "Last boundary";
    PART           = Text     "mime_multipart.part"           "Encapsulated multipart part";
    CONTENT_TYPE   = Text     "mime_multipart.header.content-type" "Content-Type";
    CONTENT_ID     = Text     "mime_multipart.header.content-id" "Content-Id";
    DISPOSITION    = Text     "mime_multipart.header.content-disposition" "Content-Disposition";
    DESCRIPTION    = Text     "mime_multipart.header.content-description" "Content-Description";
    ENCODING       = Text     "mime_multipart.header.content-encoding" "Content-Encoding";
    TRANSFER       = Text     "mime_multipart.header.content-transfer-encoding" "Content-Transfer-Encoding";
    OTHER          = Text     "mime_multipart.other_header"   "Header";
    TEXT           = Text     "mime_multipart.text"           "Text";
}
