"""Flask as the documents of flask-jwt-extended and Flask-SQLAlchemy write it: user loading, a role decorator."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, jsonify
from flask_jwt_extended import JWTManager, current_user, jwt_required
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Answer = Response | tuple[Response, int]


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["JWT_SECRET_KEY"] = os.environ["JWT_SECRET"]
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app, model_class=Base)
jwt = JWTManager(app)


class User(Base):
    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]


@jwt.user_lookup_loader
def user_lookup_callback(_jwt_header: dict[str, Any], jwt_data: dict[str, Any]) -> User | None:
    return db.session.get(User, uuid.UUID(jwt_data["sub"]))


def admin_required(view: Callable[[], Answer]) -> Callable[[], Answer]:
    @wraps(view)
    @jwt_required()  # type: ignore[untyped-decorator]
    def decorated() -> Answer:
        if current_user.role != "admin":
            return jsonify(msg="Admins only!"), 403
        return view()

    return decorated


@app.get("/api/profile")
@jwt_required()  # type: ignore[untyped-decorator]
def profile() -> Answer:
    user: User = current_user
    return jsonify(id=user.id, email=user.email, name=user.name, role=user.role)


@app.get("/admin/users")
@admin_required
def users() -> Answer:
    found = db.session.scalars(db.select(User).order_by(User.id).limit(20))
    return jsonify([{"id": user.id, "email": user.email, "role": user.role} for user in found])
