"""Tables of what people know in writing: documents as received, and the passages that are found for a question."""

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from carbon_nexus.db.tables.base import id_column, metadata, moment, tenant_column

documents = Table(
    "documents",
    metadata,
    id_column(),
    tenant_column(),
    Column("upload_id", Uuid, nullable=False, unique=True, server_default=text("gen_random_uuid()")),
    Column("filename", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False, comment="of the file as sent; the same file is one document"),
    Column("title", Text, comment="null until it is told or read"),
    # text: pg_upgrade refuses a database that has a column of type regconfig
    Column("language", Text, comment="a text search configuration; null until it is told or found out"),
    Column("status", Text, nullable=False, server_default=text("'queued'")),
    Column("error", Text, comment="why it could not be read"),
    Column("pages", Integer, comment="null where the kind has none"),
    Column("passages", Integer, nullable=False, server_default=text("0")),
    Column("created_by", Text, nullable=False),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    CheckConstraint("status IN ('queued', 'reading', 'ready', 'failed')", name="status"),
    UniqueConstraint("tenant_id", "sha256"),
)
Index("ix_documents_newest", documents.c.tenant_id, documents.c.id.desc())

document_files = Table(
    "document_files",
    metadata,
    Column("document_id", BigInteger, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    tenant_column(),
    Column("content", LargeBinary, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    id_column(),
    Column("tenant_id", Integer, comment="null: of a packaged measure, for every tenant"),
    Column("document_id", BigInteger, ForeignKey("documents.id", ondelete="CASCADE")),
    Column("measure_id", Text),
    Column("ordinal", Integer, nullable=False, comment="from 0, in the order of the document"),
    Column("page", Integer, comment="from 1; null where the document has none"),
    Column("heading", Text, nullable=False, server_default=text("''"), comment="headings it stands under"),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("words", TSVECTOR, nullable=False, comment="heading with weight A, text with B, in the language"),
    Column("embedding", ARRAY(REAL), comment="null until an embedding model has seen it"),
    Column("embedding_model", Text),
    CheckConstraint("(document_id IS NULL) <> (measure_id IS NULL)", name="of_one_thing"),
    CheckConstraint("tenant_id IS NOT NULL OR measure_id IS NOT NULL", name="tenant"),
    UniqueConstraint("document_id", "ordinal"),
)
Index("ix_passages_words", passages.c.words, postgresql_using="gin")
Index("ix_passages_tenant_id", passages.c.tenant_id)
Index(
    "uq_passages_measure",
    passages.c.tenant_id,
    passages.c.measure_id,
    unique=True,
    postgresql_where=passages.c.measure_id.is_not(None),
    postgresql_nulls_not_distinct=True,
)
