//! Fields of XML, named as Wireshark names them.

crate::fields! {
    XML       = Protocol "xml"           "eXtensible Markup Language";
    TAG       = Text     "xml.tag"       "Tag";
    ATTRIBUTE = Text     "xml.attribute" "Attribute";
    CDATA     = Text     "xml.cdata"     "CDATA";
    SECRET    = Text     "xml.secret"    "Secret", secret;
    PI        = Text     "xml.xmlpi"     "XMLPI";
    COMMENT   = Text     "xml.comment"   "Comment";
    DOCTYPE   = Text     "xml.doctype"   "Doctype";
}
