//! A layer for those requests only that have a header: the others are spared the boxes in which it wraps their bodies.

use std::convert::Infallible;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::http::HeaderName;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{Either, Map};
use tower::{Layer, Service};

/// Lays a layer around a service for requests that have a header.
#[derive(Debug, Clone)]
pub struct OnlyWith<L> {
    /// The header, whatever it says.
    pub header: HeaderName,
    /// The layer.
    pub layer: L,
}

impl<S: Clone, L: Layer<S>> Layer<S> for OnlyWith<L> {
    type Service = With<L::Service, S>;

    fn layer(&self, inner: S) -> Self::Service {
        With {
            header: self.header.clone(),
            layered: self.layer.layer(inner.clone()),
            plain: inner,
        }
    }
}

/// See [`OnlyWith`].
#[derive(Debug, Clone)]
pub struct With<L, S> {
    header: HeaderName,
    layered: L,
    plain: S,
}

/// The answer of a service as everything here answers.
type Answering<S> = Map<
    <S as Service<Request>>::Future,
    fn(Result<<S as Service<Request>>::Response, Infallible>) -> Result<Response, Infallible>,
>;

impl<L, S> Service<Request> for With<L, S>
where
    L: Service<Request, Response: IntoResponse, Error = Infallible>,
    S: Service<Request, Response: IntoResponse, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Answering<L>, Answering<S>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        ready!(self.layered.poll_ready(cx))?;
        self.plain.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.headers().contains_key(&self.header) {
            Either::Left(self.layered.call(request).map(answer))
        } else {
            Either::Right(self.plain.call(request).map(answer))
        }
    }
}

fn answer<R: IntoResponse>(answered: Result<R, Infallible>) -> Result<Response, Infallible> {
    answered.map(IntoResponse::into_response)
}
