"""Documents and their passages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

TABLES = ("documents", "document_files", "passages")


def upgrade() -> None:
    _documents()
    _passages()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("upload_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the file as sent; the same file is one document"),
        sa.Column("title", sa.Text(), comment="null until it is told or read"),
        sa.Column("language", sa.Text(), comment="a text search configuration; null until it is told or found out"),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("error", sa.Text(), comment="why it could not be read"),
        sa.Column("pages", sa.Integer(), comment="null where the kind has none"),
        sa.Column("passages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('queued', 'reading', 'ready', 'failed')", name=op.f("ck_documents_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_documents_tenant_id_sha256")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_documents_upload_id")),
    )
    op.create_index("ix_documents_newest", "documents", ["tenant_id", sa.literal_column("id DESC")])
    op.create_table(
        "document_files",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_files_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_files")),
    )


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Integer(), comment="null: of a packaged measure, for every tenant"),
        sa.Column("document_id", sa.BigInteger()),
        sa.Column("measure_id", sa.Text()),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="from 0, in the order of the document"),
        sa.Column("page", sa.Integer(), comment="from 1; null where the document has none"),
        sa.Column(
            "heading", sa.Text(), server_default=sa.text("''"), nullable=False, comment="headings it stands under"
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            nullable=False,
            comment="heading with weight A, text with B, in the language",
        ),
        sa.Column("embedding", postgresql.ARRAY(sa.REAL()), comment="null until an embedding model has seen it"),
        sa.Column("embedding_model", sa.Text()),
        sa.CheckConstraint("(document_id IS NULL) <> (measure_id IS NULL)", name=op.f("ck_passages_of_one_thing")),
        sa.CheckConstraint("tenant_id IS NOT NULL OR measure_id IS NOT NULL", name=op.f("ck_passages_tenant")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_passages_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("document_id", "ordinal", name=op.f("uq_passages_document_id_ordinal")),
    )
    op.create_index("ix_passages_words", "passages", ["words"], postgresql_using="gin")
    op.create_index("ix_passages_tenant_id", "passages", ["tenant_id"])
    op.create_index(
        "uq_passages_measure",
        "passages",
        ["tenant_id", "measure_id"],
        unique=True,
        postgresql_where=sa.text("measure_id IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
